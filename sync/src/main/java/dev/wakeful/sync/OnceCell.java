// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.AsyncBlock;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A value that is made once, by whoever needs it first, while others wait for it.
///
/// ```java
/// Future<Config> config() {
///     return config.getOrInit(() -> parse(await(read(path))));
/// }
/// ```
///
/// One initialiser runs at a time. If it fails or is cancelled, the one that has waited longest starts its own.
///
/// ### Memory consistency
///
/// Actions of the initialiser happen-before what follows seeing the value.
///
/// @param <T> the type of the value
public final class OnceCell<T> extends RoundGate {
    private static final long SET = 1 << 2;

    /// Somebody runs an initialiser, or was told to and was not polled since.
    private static final long RUNNING = 1 << 3;

    /// Written under the guard before SET is.
    private @Nullable T value;

    /// An empty cell.
    public OnceCell() {
        super(0);
    }

    /// The value; if there is none yet, that of `initialiser`, or of the one that is running.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost while waiting (class A); an initialiser that is running is cancelled, and another's starts.
    ///
    /// @param initialiser makes the value, which must not be `null`
    /// @return a future of the value; fails with what its own initialiser throws
    public Future<T> getOrInit(AsyncBlock<T> initialiser) {
        return new Init<>(this, Objects.requireNonNull(initialiser, "initialiser must not be null"));
    }

    /// The value; if there is none yet, that of `initialiser`, which runs on the calling thread, or of the one that is
    /// running. Not for use inside a task.
    ///
    /// @param initialiser makes the value, which must not be `null`
    /// @return the value
    /// @throws InterruptedException when the thread was interrupted while it waited for another's initialiser
    /// @throws Exception what its own initialiser throws; the one that has waited longest then starts its own
    public T getOrInitBlocking(Callable<? extends T> initialiser) throws Exception {
        Objects.requireNonNull(initialiser, "initialiser must not be null");
        return Blocking.await(getOrInit(new AsyncBlock<T>() {
            @Override
            public T run() throws Exception {
                return initialiser.call();
            }

            @Override
            public Future<T> start() {
                return cx -> Poll.ready(run()); // by the thread that waits, which may block
            }
        }));
    }

    /// The value if there is one.
    ///
    /// @return the value, or `null`
    public @Nullable T peek() {
        return isSet() ? value : null;
    }

    /// Whether there is a value.
    ///
    /// @return `true` from then on
    public boolean isSet() {
        return passes(word);
    }

    @Override
    boolean passes(long word) {
        return (word & SET) != 0;
    }

    /// The first poll: whether it need not wait, since there is a value, or since it is the one to make it.
    private boolean claimOrQueue(Init<T> init, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        if ((seen & SET) != 0) {
            leave(seen);
            return true;
        }
        if ((seen & RUNNING) == 0) {
            init.chosen = true;
            leave(seen | RUNNING);
            return true;
        }
        queue(init, waker, task);
        leave(seen | WAITERS);
        return false;
    }

    private void set(T made) {
        long seen = enter();
        value = made;
        endRound((seen & ~RUNNING) | SET);
    }

    /// The initialiser failed or was cancelled: it is the next one's turn.
    private void pass() {
        Waker woken = null;
        long seen = enter();
        if (waiters.poll() instanceof Init<?> next) {
            next.chosen = true;
            woken = next.settled(Waiter.GRANTED);
        } else {
            seen &= ~RUNNING;
        }
        leave(withWaiters(seen, waiters));
        Waiter.wake(woken);
    }

    @Override
    public String toString() {
        return "OnceCell[" + (isSet() ? value : "empty") + "]";
    }

    private static final class Init<T> extends RoundWaiter<T> {
        private final OnceCell<T> cell;
        private final AsyncBlock<T> initialiser;

        /// It is this one's turn to make the value. Under the guard until granted.
        private boolean chosen;

        private @Nullable Future<T> running;

        Init(OnceCell<T> cell, AsyncBlock<T> initialiser) {
            super(cell);
            this.cell = cell;
            this.initialiser = initialiser;
        }

        @Override
        @Nullable
        Object step(Context cx) throws Exception {
            if (phase == IDLE && !chosen) {
                if (!cell.isSet() && !cell.claimOrQueue(this, cx.waker(), cx.task())) {
                    return PENDING;
                }
            } else if (phase == QUEUED && stillQueued(gate, cx)) {
                return PENDING;
            }
            return chosen ? make(cx) : spend(cx) ? value() : PENDING;
        }

        @SuppressWarnings("unchecked") // what is not PENDING is a T
        private @Nullable Object make(Context cx) throws Exception {
            Future<T> making = running;
            if (making == null) {
                making = initialiser.start();
                running = making;
            }
            Object made = making.pollRaw(cx);
            if (made == PENDING) {
                return PENDING;
            }
            cell.set((T) Objects.requireNonNull(made, "the initialiser must not give null"));
            chosen = false;
            running = null;
            return made;
        }

        @Override
        @Nullable
        Object value() {
            return cell.value;
        }

        /// An initialiser that runs is wound down first; then it is the next one's turn.
        @Override
        protected boolean release(Context cx) throws Exception {
            boolean ended = false;
            boolean returned = false;
            try {
                ended = running == null || running.pollCancel(cx).isReady();
                returned = true;
            } finally {
                if (ended || !returned) {
                    abandon();
                }
            }
            return ended;
        }

        @Override
        void abandon() {
            if (!cell.forget(this) && chosen) {
                chosen = false;
                cell.pass();
            }
        }

        @Override
        public void describe(Description to) {
            Future<T> making = running;
            describe(to, "OnceCell.getOrInit", "the initialiser that runs in another task");
            if (making != null) {
                to.child(making);
            }
        }
    }
}
