// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Waker;
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

    /// The position of the next value. Under the guard of the ring.
    long next;

    /// The receive that was queued last. Under the guard of the ring.
    @Nullable
    RoundWaiter<?> waiter;

    BroadcastReceiver(Broadcast.Ring<T> ring) {
        this.ring = ring;
        next = ring.subscribe();
    }

    /// Receives the next value, waiting until there is one. Ready with `null` when all senders are closed and the last
    /// value was received; fails with [LaggedException] when values were overwritten, and goes on after that.
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
            throw new ClosedException("the broadcast is closed", null, null);
        }
        return value == Future.PENDING ? null : (T) value;
    }

    /// Receives the next value on the calling thread. Not for use inside a task.
    ///
    /// @return the value, or `null` at the end
    /// @throws InterruptedException when the thread was interrupted while it waited; nothing was taken then
    /// @throws LaggedException when values were overwritten; the next call goes on at the oldest
    public @Nullable T receiveBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(receive());
    }

    /// Ends the subscription. A second call does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            ring.unsubscribe(this);
        }
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
        Object step(Context cx) {
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
                return PENDING;
            }
            cx.spendBudget();
            return value;
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
