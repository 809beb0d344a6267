// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A condition on what a [Mutex] guards: tasks give up the lock to wait for it, and have the lock again afterwards.
///
/// ```java
/// var guard = await(mutex.lock());
/// try {
///     while (queue.isEmpty()) {
///         guard = await(notEmpty.awaitSignal(guard));
///     }
///     return queue.remove();
/// } finally {
///     guard.close();
/// }
/// ```
///
/// A signal that finds nobody is not stored. Look at the condition again after each wait.
public final class Condition {
    private final Mutex mutex;
    private final Signals signals = new Signals();

    Condition(Mutex mutex) {
        this.mutex = mutex;
    }

    /// Gives up the lock, waits for a signal, and acquires the lock again.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B); a signal that was received goes to the next. The lock is *not* held
    /// afterwards, and closing `guard` then does nothing.
    ///
    /// @param guard holds the lock; closed by the first poll
    /// @return a future of the new guard, to be closed; fails with [IllegalStateException] when `guard` does not hold
    ///     the lock
    public Future<Mutex.Guard> awaitSignal(Mutex.Guard guard) {
        return new Reacquire(this, Objects.requireNonNull(guard, "guard must not be null"));
    }

    /// Gives up the lock, waits for a signal on the calling thread, and acquires the lock again. Not for use inside a
    /// task.
    ///
    /// @param guard holds the lock; closed by this call
    /// @return the new guard, to be closed
    /// @throws InterruptedException when the thread was interrupted while it waited; the lock is *not* held then
    public Mutex.Guard awaitSignalBlocking(Mutex.Guard guard) throws InterruptedException {
        return Blocking.awaitUnchecked(awaitSignal(guard));
    }

    /// Wakes the task that has waited longest. Call it while holding the lock, or after a change made under it.
    public void signal() {
        signals.signal();
    }

    /// Wakes all who wait.
    public void signalAll() {
        signals.endRound(signals.enter());
    }

    /// Who waits for a signal, in order. For dumps and tests: it may have changed meanwhile.
    ///
    /// @return the tasks; those polled by hand are left out
    public List<TaskRef> waiters() {
        return signals.waiting();
    }

    /// For tests that look whether its guard is free.
    Gate gate() {
        return signals;
    }

    /// The queue of those who wait for a signal.
    private static final class Signals extends RoundGate {
        Signals() {
            super(0);
        }

        @Override
        boolean passes(long word) {
            return false;
        }

        void signal() {
            Waker woken = null;
            long seen = enter();
            if (waiters.poll() instanceof Signal first) {
                first.alone = true;
                woken = first.settled(Waiter.GRANTED);
            }
            leave(withWaiters(seen, waiters));
            Waiter.wake(woken);
        }
    }

    /// A wait for a signal.
    private static final class Signal extends RoundWaiter<@Nullable Void> {
        private final Signals signals;

        /// The signal was for one, and is for another when this is given up.
        private boolean alone;

        Signal(Signals signals) {
            super(signals);
            this.signals = signals;
        }

        @Override
        @Nullable
        Object value() {
            return null;
        }

        @Override
        void abandon() {
            if (!signals.forget(this)) {
                passOn();
            }
        }

        void passOn() {
            if (alone) {
                alone = false;
                signals.signal();
            }
        }

        @Override
        public void describe(Description to) {
            describe(to, "Condition.signal", "a signal");
        }
    }

    /// First the signal, then the lock.
    private static final class Reacquire extends CheckedFuture<Mutex.Guard> {
        private final Condition condition;
        private final Mutex.Guard guard;
        private final Signal signal;
        private @Nullable Future<Mutex.Guard> locking;
        private boolean begun;

        Reacquire(Condition condition, Mutex.Guard guard) {
            this.condition = condition;
            this.guard = guard;
            this.signal = new Signal(condition.signals);
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            if (!begun && !condition.mutex.isHeldBy(guard)) {
                throw new IllegalStateException("the guard does not hold the lock of this condition: " + guard);
            }
            Future<Mutex.Guard> next = locking;
            if (next == null) {
                Object signalled = signal.pollRaw(cx);
                if (!begun) {
                    begun = true;
                    guard.close(); // after it was queued, so no signal given under the lock is missed
                }
                if (signalled == PENDING) {
                    return PENDING;
                }
                next = condition.mutex.lock();
                locking = next;
            }
            return next.pollRaw(cx);
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            Future<Mutex.Guard> next = locking;
            if (next == null) {
                return signal.pollCancel(cx).isReady();
            }
            boolean released = next.pollCancel(cx).isReady();
            signal.passOn();
            return released;
        }

        @Override
        public void describe(Description to) {
            to.label("Condition.awaitSignal");
            Future<Mutex.Guard> next = locking;
            to.child(next == null ? signal : next);
        }
    }
}
