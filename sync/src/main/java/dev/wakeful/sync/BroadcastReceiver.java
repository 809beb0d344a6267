// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Throwing;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One subscription to a [Broadcast].
///
/// @param <T> the type of the values
public final class BroadcastReceiver<T> implements AutoCloseable {
    /// The position of a receiver that is closed.
    static final long CLOSED = -1;

    private final Broadcast.Ring<T> ring;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Begun.@Nullable Watch watch;
    private @Nullable Receive<T> polled;

    /// The position of the next value. Under the guard of the ring.
    long next;

    /// The receive that was queued last. Under the guard of the ring.
    @Nullable
    RoundWaiter<?> waiter;

    BroadcastReceiver(Broadcast.Ring<T> ring) {
        this.ring = ring;
        next = ring.subscribe();
        watch = Unclosed.end(
                this,
                ring,
                Broadcast.Ring::receiverLost,
                "receiver",
                "broadcast",
                "",
                "its senders believe that somebody receives");
    }

    /// Receives the next value, waiting until there is one. Ready with `null` when all senders are closed and the last
    /// value was received; fails with [LaggedException] when values were overwritten, and goes on after that. If the
    /// broadcast was failed, fails with that very object instead of the `null`.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future of the next value, or of `null` at the end
    public Future<@Nullable T> receive() {
        checkOpen();
        return new Receive<>(this);
    }

    /// As [#receive()], for those who write futures by hand. One task at a time may poll a receiver.
    ///
    /// @param cx the surroundings of this poll
    /// @return the next value, `null` at the end, or pending when the waker of `cx` will be woken
    /// @throws LaggedException when values were overwritten; the next call goes on at the oldest
    /// @throws Exception the cause that the broadcast was failed with, at the end
    @SuppressWarnings({"unchecked", "NullAway"}) // what is not PENDING is a T, or null at the end
    public Poll<@Nullable T> pollReceive(Context cx) throws Exception {
        Receive<T> node = polled;
        if (node == null) {
            checkOpen();
            node = new Receive<>(this);
            polled = node;
        }
        Object value = Future.PENDING;
        boolean returned = false;
        try {
            value = node.step(cx);
            returned = true;
        } finally {
            if (!returned || value != Future.PENDING) {
                polled = null;
            }
        }
        return value == Future.PENDING ? Poll.pending() : Poll.ready((T) value);
    }

    /// Takes the next value if there is one.
    ///
    /// @return the value, or `null` when there is none *now*
    /// @throws ClosedException when there will be none any more
    /// @throws LaggedException when values were overwritten; the next call goes on at the oldest
    @SuppressWarnings("unchecked") // what is not PENDING is a T
    public @Nullable T tryReceive() {
        checkOpen();
        Object value = ring.receive(this, null, null, null);
        if (value == null) {
            throw new ClosedException("the broadcast is closed", null, ring.cause());
        }
        return value == Future.PENDING ? null : (T) value;
    }

    /// Receives the next value on the calling thread. Not for use inside a task.
    ///
    /// @return the value, or `null` at the end
    /// @throws InterruptedException when the thread was interrupted while it waited; nothing was taken then
    /// @throws LaggedException when values were overwritten; the next call goes on at the oldest
    /// @throws Exception the cause that the broadcast was failed with, at the end
    public @Nullable T receiveBlocking() throws Exception {
        return Blocking.await(receive());
    }

    /// Ends the subscription. A second call does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Unclosed.closed(watch);
            ring.unsubscribe(this);
        }
    }

    /// The end: `null`, or the cause is thrown.
    private @Nullable Object end() throws Exception {
        Throwable cause = closed.get() ? null : ring.cause();
        if (cause != null) {
            throw Throwing.sneak(cause);
        }
        return null;
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this receiver is closed: " + ring);
        }
    }

    @Override
    public String toString() {
        return "Receiver of " + ring;
    }

    private static final class Receive<T> extends RoundWaiter<@Nullable T> {
        private final BroadcastReceiver<T> receiver;

        /// Takes over when this was woken for a value that another receive of the same subscription took.
        private @Nullable Receive<T> again;

        Receive(BroadcastReceiver<T> receiver) {
            super(receiver.ring);
            this.receiver = receiver;
        }

        @Override
        @Nullable
        Object step(Context cx) throws Exception {
            if (!hasBudget(cx)) {
                return PENDING; // nothing is taken but by the poll that returns it
            }
            if (again != null) {
                return again.step(cx);
            }
            if (phase == QUEUED && stillQueued(gate, cx)) {
                return PENDING;
            }
            boolean first = phase == IDLE;
            Waker waker = cx.waker();
            Object value = receiver.ring.receive(receiver, first ? this : null, waker, cx.task());
            if (value == PENDING) {
                if (!first) {
                    again = new Receive<>(receiver);
                    return again.step(cx);
                }
                receiver.ring.lostEnds.awaitedIn(cx);
                return PENDING;
            }
            cx.spendBudget();
            return value == null ? receiver.end() : value;
        }

        @Override
        @Nullable
        Object value() {
            return null;
        }

        @Override
        void abandon() {
            gate.forget(this);
            if (again != null) {
                again.abandon();
            }
        }

        @Override
        public void describe(Description to) {
            describe(to, "BroadcastReceiver.receive", "a value of a broadcast");
        }
    }
}
