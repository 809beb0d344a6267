// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A channel in which every receiver gets every value that is sent after it subscribed.
///
/// In the lossy form a send never waits: when the buffer is full, the oldest value is overwritten, and a receiver that
/// had not received it is told how many it missed. In the lossless form a send waits for the slowest receiver.
///
/// Each value is released when the last receiver has passed it.
///
/// ### Memory consistency
///
/// Actions before a value is sent happen-before what follows receiving it.
///
/// @param <T> the type of the values
public final class Broadcast<T> {
    private final Ring<T> ring;
    private final BroadcastSender<T> sender;

    private Broadcast(int capacity, boolean lossless) {
        ring = new Ring<>(capacity, lossless);
        sender = new BroadcastSender<>(ring);
    }

    /// A broadcast that overwrites.
    ///
    /// @param <T> the type of the values
    /// @param capacity how many values are kept for slow receivers; rounded up to a power of two
    /// @return the channel
    public static <T> Broadcast<T> lossy(int capacity) {
        return new Broadcast<>(capacity, false);
    }

    /// A broadcast that waits for slow receivers.
    ///
    /// @param <T> the type of the values
    /// @param capacity by how many values a sender may be ahead of the slowest; rounded up to a power of two
    /// @return the channel
    public static <T> Broadcast<T> lossless(int capacity) {
        return new Broadcast<>(capacity, true);
    }

    /// The first sender; the same object at each call.
    ///
    /// @return the sender, to be closed
    public BroadcastSender<T> sender() {
        return sender;
    }

    /// Subscribes: makes a receiver of what is sent from here on.
    ///
    /// @return the receiver, to be closed
    public BroadcastReceiver<T> subscribe() {
        return new BroadcastReceiver<>(ring);
    }

    /// What is between senders and receivers. All state is under the guard.
    ///
    /// Positions count values from the first one sent. `remaining` of a slot is how many receivers have not passed it;
    /// the values that somebody has not passed are those from `head` to `tail`. In the lossless form slots are free,
    /// filled or reserved, as in [Channel], and in the lossy form a send takes the next slot whatever is in it.
    static final class Ring<T> extends RoundGate {
        /// A sender failed the broadcast: there are no new sends.
        private static final long CLOSED = 1 << 2;

        private final boolean lossless;
        private final int mask;
        private final @Nullable Object[] values;
        private final int[] remaining;
        private final WaiterList sending = new WaiterList();
        private long head;
        private long tail;
        private int reserved;
        private int receivers;
        private final Senders senders = new Senders();
        final LostEnds lostEnds = new LostEnds();

        /// The failure that [#close] was given.
        private @Nullable Throwable cause;

        Ring(int capacity, boolean lossless) {
            super(0);
            if (capacity <= 0 || capacity > 1 << 30) {
                throw new IllegalArgumentException(
                        "capacity must be " + (capacity <= 0 ? "positive" : "at most 2^30") + ", but was " + capacity);
            }
            int size = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
            this.lossless = lossless;
            mask = size - 1;
            values = new @Nullable Object[size];
            remaining = new int[size];
        }

        /// The first poll of a send, or an attempt when there is no waiter.
        Channel.Outcome send(
                @Nullable BroadcastSend<T> send,
                T value,
                boolean budget,
                @Nullable Waker waker,
                @Nullable TaskRef task) {
            long seen = enter();
            if (receivers == 0 || (seen & CLOSED) != 0) {
                leave(seen);
                return Channel.Outcome.CLOSED;
            }
            if (!lossless || (free() > 0 && budget)) {
                put(value);
                endRound(seen);
                return Channel.Outcome.DONE;
            }
            Channel.Outcome outcome = Channel.Outcome.FULL;
            if (send != null) {
                outcome = Channel.Outcome.WAITS;
                if (free() > 0) {
                    reserved++;
                    send.settled(Waiter.GRANTED);
                } else {
                    send.queued(waker, task);
                    sending.add(send);
                }
            }
            leave(seen);
            return outcome;
        }

        /// Puts a value into the slot that was reserved for it.
        boolean fulfil(T value) {
            long seen = enter();
            reserved--;
            if (receivers == 0) {
                leave(seen);
                return false;
            }
            put(value);
            endRound(seen);
            return true;
        }

        void forget(BroadcastSend<T> send) {
            if (send.isIdle()) {
                return;
            }
            long seen = enter();
            if (send.phase == Waiter.QUEUED) {
                sending.remove(send);
            } else if (send.phase == Waiter.GRANTED) {
                reserved--;
            }
            send.settled(Waiter.IDLE);
            boolean last = isOver(seen);
            assignAndLeave(seen);
            if (last) {
                endRound(enter()); // perhaps this was all that the receivers still waited for
            }
        }

        private int free() {
            return mask + 1 - (int) (tail - head) - reserved;
        }

        private void put(T value) {
            int slot = (int) tail & mask;
            values[slot] = value;
            remaining[slot] = receivers;
            tail++;
            if (tail - head > mask + 1) {
                head++; // overwritten
            }
        }

        /// With the guard held: assigns free slots to those who wait, and leaves.
        private void assignAndLeave(long before) {
            long seen = before;
            while (true) {
                Waiter<?> next = free() > 0 ? sending.poll() : null;
                Waker woken = null;
                if (next != null) {
                    reserved++;
                    woken = next.settled(Waiter.GRANTED);
                }
                leave(seen);
                Waiter.wake(woken);
                if (next == null) {
                    return;
                }
                seen = enter();
            }
        }

        /// A receive that has budget.
        ///
        /// @return the value, [Future#PENDING] when it waits or there is none, `null` at the end
        /// @throws LaggedException when values were overwritten
        @Nullable
        Object receive(
                BroadcastReceiver<T> receiver,
                @Nullable RoundWaiter<?> waiter,
                @Nullable Waker waker,
                @Nullable TaskRef task) {
            long seen = enter();
            if (receiver.next == BroadcastReceiver.CLOSED) {
                leave(seen);
                return null;
            }
            long missed = tail - mask - 1 - receiver.next;
            if (missed > 0) {
                receiver.next += missed;
                leave(seen);
                throw new LaggedException(missed);
            }
            if (receiver.next == tail) {
                boolean over = isOver(seen);
                if (!over && waiter != null) {
                    queue(waiter, waker, task);
                    receiver.waiter = waiter;
                    seen |= WAITERS;
                }
                leave(seen);
                return over ? null : Future.PENDING;
            }
            Object value = values[(int) receiver.next & mask];
            pass(receiver);
            assignAndLeave(seen);
            return value;
        }

        /// Whether no value will ever come any more.
        private boolean isOver(long seen) {
            return (senders.areGone() || (seen & CLOSED) != 0) && reserved == 0 && sending.isEmpty();
        }

        /// Under the guard: the receiver goes on by one.
        private void pass(BroadcastReceiver<T> receiver) {
            int slot = (int) receiver.next++ & mask;
            if (--remaining[slot] == 0) {
                values[slot] = null;
                while (head < tail && remaining[(int) head & mask] == 0) {
                    head++;
                }
            }
        }

        long subscribe() {
            long seen = enter();
            receivers++;
            long next = tail;
            leave(seen);
            return next;
        }

        /// A receiver is closed: it passes all it has not received. With the last one all who wait to send fail.
        void unsubscribe(BroadcastReceiver<T> receiver) {
            boolean more = true;
            boolean awaited = false;
            while (more) {
                long seen = enter();
                receiver.next = Math.max(receiver.next, tail - mask - 1);
                for (int i = 0; i < BATCH && receiver.next < tail; i++) {
                    pass(receiver);
                }
                more = receiver.next < tail;
                if (!more) {
                    receivers--;
                    receiver.next = BroadcastReceiver.CLOSED;
                    awaited = receiver.waiter != null && receiver.waiter.phase == Waiter.QUEUED;
                }
                assignAndLeave(seen);
            }
            if (awaited) {
                endRound(enter()); // somebody closed it under a receive
            }
            refuseSenders();
        }

        /// Ends the broadcast with a failure, unless it was before: senders that wait are refused.
        void close(Throwable reason) {
            long seen = enter();
            boolean first = (seen & CLOSED) == 0;
            if (first) {
                cause = reason;
            }
            leave(seen | CLOSED);
            refuseSenders();
            endRound(enter());
        }

        private void refuseSenders() {
            var refused = new WaiterList.Chain();
            boolean more = true;
            while (more) {
                long seen = enter();
                while ((receivers == 0 || (seen & CLOSED) != 0) && !refused.isFull() && sending.peek() != null) {
                    refused.add(Objects.requireNonNull(sending.poll(), "there is one"), Waiter.REFUSED);
                }
                more = refused.isFull();
                leave(seen);
                refused.wake();
            }
        }

        /// One sender more, unless the last is closed.
        boolean addSender() {
            long seen = enter();
            boolean added = senders.add();
            leave(seen);
            return added;
        }

        /// With the last sender the receivers are told the end, once they have what was sent.
        void removeSender() {
            long seen = enter();
            senders.remove();
            if (senders.areGone()) {
                endRound(seen);
            } else {
                leave(seen);
            }
        }

        /// A sender became unreachable unclosed. If no other is open, what was sent still arrives, and then those who
        /// wait are told.
        void senderLost(Report report) {
            var failure = new LostWakerException(report.message());
            long seen = enter();
            boolean harms = (seen & CLOSED) == 0;
            if (harms) {
                senders.lose(failure);
            }
            if (harms && senders.areGone()) {
                endRound(seen);
            } else {
                leave(seen);
            }
            if (harms) {
                lostEnds.report(report);
            }
        }

        /// A receiver became unreachable unclosed.
        void receiverLost(Report report) {
            lostEnds.report(report);
        }

        /// Why nothing comes any more, for one who has seen the end.
        @Nullable
        Throwable cause() {
            return (word & CLOSED) != 0 ? cause : senders.loss();
        }

        /// A send that nobody will receive.
        ClosedException closed(Object value) {
            return (word & CLOSED) != 0
                    ? new ClosedException("the broadcast is closed", value, cause)
                    : new ClosedException("the broadcast has no receivers", value, null);
        }

        int receivers() {
            long seen = enter();
            int count = receivers;
            leave(seen);
            return count;
        }

        @Override
        boolean passes(long word) {
            return false;
        }

        @Override
        public String toString() {
            return "Broadcast[capacity " + (mask + 1) + (lossless ? ", lossless" : "") + "]";
        }
    }
}
