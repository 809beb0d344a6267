// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.LostWakerException;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.internal.Foreign;
import dev.wakeful.internal.Throwing;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A channel for one value: the answer to one question.
///
/// ```java
/// var reply = Oneshot.<String>create();
/// await(requests.send(new Request("who", reply.sender())));
/// String answer = await(reply.receiver().receive());
/// ```
///
/// ### Memory consistency
///
/// Actions before the value is sent happen-before what follows receiving it.
///
/// @param <T> the type of the value
public final class Oneshot<T> {
    final Cell<T> cell;
    private final OneshotSender<T> sender;
    private final OneshotReceiver<T> receiver;

    private Oneshot(@Nullable Consumer<? super T> undelivered) {
        cell = new Cell<>(undelivered);
        sender = new OneshotSender<>(cell);
        receiver = new OneshotReceiver<>(cell);
    }

    /// A channel for one value.
    ///
    /// @param <T> the type of the value
    /// @return the channel
    public static <T> Oneshot<T> create() {
        return new Oneshot<>(null);
    }

    /// A channel for one value, with a hook for a value that was sent and that nobody will receive.
    ///
    /// @param <T> the type of the value
    /// @param undelivered called on the thread on which that happens; must neither wait nor throw
    /// @return the channel
    public static <T> Oneshot<T> create(Consumer<? super T> undelivered) {
        return new Oneshot<>(Objects.requireNonNull(undelivered, "hook must not be null"));
    }

    /// The end where the value goes in; the same object at each call.
    ///
    /// @return the sender, to be used or closed
    public OneshotSender<T> sender() {
        return sender;
    }

    /// The end where the value comes out; the same object at each call.
    ///
    /// @return the receiver, to be used or closed
    public OneshotReceiver<T> receiver() {
        return receiver;
    }

    /// What is between the ends. Everything is under the guard, except looking at the flags.
    static final class Cell<T> extends Gate {
        /// The sender has sent, failed or was closed. Never cleared.
        static final long SENT = 1 << 2;

        /// The receiver is closed, or has received. Never cleared.
        static final long GONE = 1 << 3;

        private final @Nullable Consumer<? super T> undelivered;
        private final WaiterList receiving = new WaiterList();
        private final WaiterList closing = new WaiterList();
        private @Nullable T value;
        private @Nullable Throwable failure;

        final LostEnds lostEnds = new LostEnds();

        Cell(@Nullable Consumer<? super T> undelivered) {
            super(0);
            this.undelivered = undelivered;
        }

        /// Ends the sender's part; `false` when the receiver is gone, and an error when the part has ended.
        boolean settle(@Nullable T sent, @Nullable Throwable reason) {
            long seen = enter();
            if ((seen & (SENT | GONE)) != 0) {
                leave(seen);
                if ((seen & SENT) != 0) {
                    throw new IllegalStateException("this sender has sent its one value or is closed: " + this);
                }
                return false;
            }
            value = sent;
            failure = reason;
            leaveAndWakeAll(seen | SENT, receiving);
            return true;
        }

        /// The sender became unreachable unclosed: whoever waits is told.
        void senderLost(Report report) {
            if (!isSet(SENT) && !isSet(GONE)) {
                boolean _ = settle(null, new LostWakerException(report.message()));
                lostEnds.report(report);
            }
        }

        /// The receiver became unreachable unclosed. That harms nobody when the sender has ended without a value.
        void receiverLost(Report report) {
            long seen = enter();
            boolean harms = (seen & SENT) == 0 || value != null;
            leave(seen);
            if (harms && (seen & GONE) == 0) {
                lostEnds.report(report);
            }
        }

        boolean isSet(long flag) {
            return (word & flag) != 0;
        }

        /// Takes the value. Called once SENT is seen.
        Object take() throws Exception {
            long seen = enter();
            T taken = value;
            value = null;
            Throwable reason = failure;
            leaveAndWakeAll(seen | GONE, closing);
            if (taken != null) {
                return taken;
            }
            if (reason == null) {
                throw new IllegalStateException("this receiver has received its one value or is closed: " + this);
            }
            throw Throwing.sneak(reason);
        }

        /// The receiver is closed; a value that was sent and not received is undelivered.
        void giveUp() {
            long seen = enter();
            T left = value;
            value = null;
            leaveAndWakeAll(seen | GONE, closing);
            if (left != null && undelivered != null) {
                try {
                    undelivered.accept(left);
                } catch (Throwable thrown) { // a checked exception too, which code that is not Java's throws
                    Foreign.threw(thrown);
                }
            }
        }

        private void leaveAndWakeAll(long word, WaiterList list) {
            var granted = new WaiterList.Chain();
            for (Waiter<?> waiter = list.poll(); waiter != null; waiter = list.poll()) {
                granted.add(waiter, Waiter.GRANTED); // a handful: each end has one owner
            }
            leave(word);
            granted.wake();
        }

        boolean queueUnless(long flag, Waiter<?> waiter, Waker waker, @Nullable TaskRef task) {
            long seen = enter();
            boolean set = (seen & flag) != 0;
            if (!set) {
                waiter.queued(waker, task);
                list(flag).add(waiter);
            }
            leave(seen);
            return set;
        }

        void forget(long flag, Waiter<?> waiter) {
            if (waiter.isIdle()) {
                return;
            }
            long seen = enter();
            if (waiter.phase == Waiter.QUEUED) {
                list(flag).remove(waiter);
                waiter.settled(Waiter.IDLE);
            }
            leave(seen);
        }

        private WaiterList list(long flag) {
            return flag == SENT ? receiving : closing;
        }

        @Override
        public String toString() {
            return isSet(GONE) ? "Oneshot[closed]" : isSet(SENT) ? "Oneshot[sent]" : "Oneshot[empty]";
        }
    }

    /// A wait for one of the flags.
    static final class Wait<T, R extends @Nullable Object> extends Waiter<R> {
        private final Cell<T> cell;

        /// Who waits for the value, `null` for a wait of the sender's. What is awaited is not lost.
        private final @Nullable OneshotReceiver<T> receiver;

        Wait(Cell<T> cell, @Nullable OneshotReceiver<T> receiver) {
            this.cell = cell;
            this.receiver = receiver;
        }

        private long flag() {
            return receiver == null ? Cell.GONE : Cell.SENT;
        }

        @Override
        @Nullable
        Object step(Context cx) throws Exception {
            if (phase == IDLE) {
                if (!cell.isSet(flag()) && !cell.queueUnless(flag(), this, cx.waker(), cx.task())) {
                    cell.lostEnds.awaitedIn(cx);
                    return PENDING;
                }
            } else if (phase == QUEUED && stillQueued(cell, cx)) {
                return PENDING;
            }
            if (!spend(cx)) {
                return PENDING;
            }
            return receiver == null ? null : receiver.take();
        }

        @Override
        void abandon() {
            cell.forget(flag(), this);
        }

        @Override
        public void describe(Description to) {
            to.label(receiver != null ? "OneshotReceiver.receive" : "OneshotSender.closed");
            if (phase == QUEUED) {
                to.waitsFor(receiver != null ? "the value of a oneshot" : "the end of a oneshot's receiver", null);
            }
        }
    }
}
