// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Discardable;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/*
 * Why no wait is lost and none ends for an instant that was not. Count, closedness and epoch are one immutable object that is
 * replaced by CAS; the step that makes the tracker closed and empty also gives it a new epoch, and then finishes the old one.
 *
 *   wait, first poll                          ending task
 *   W1  read the state: its epoch is mine     E1  CAS: closed, empty, new epoch
 *   W2  put myself into the epoch             E2  old epoch: done = true
 *   W3  read done                             E3  wake all who are in it
 *
 * A wait whose W1 comes before E1 is in the old epoch, and W2-W3 against E2-E3 is WakerCell's argument. One whose W1 comes
 * after E1 sees that state, or a later one with a later epoch.
 */

/// Counts tasks, so that somebody can wait until all have ended, without keeping their results and without cancelling
/// any.
///
/// [#ended()] is ready when the tracker is closed *and* empty at one instant; a wait that was polled before such an
/// instant ends, even if tasks were added since. Closing does not forbid adding tasks: it says that waiting may end.
/// All methods may be called from any thread.
///
/// {@snippet class="TaskTrackerExamples" region="drain"}
public final class TaskTracker {
    private final AtomicReference<State> state = new AtomicReference<>(new State(0, false, new Epoch()));

    /// What holds at one instant.
    private record State(long count, boolean closed, Epoch epoch) {
        boolean isOver() {
            return closed && count == 0;
        }
    }

    /// The time between two instants at which the tracker was closed and empty.
    private static final class Epoch {
        final Set<Ended> waiting = ConcurrentHashMap.newKeySet();
        volatile boolean done;

        void finish() {
            done = true;
            for (Ended wait : waiting) {
                Waker waker = wait.cell.take();
                if (waker != null) {
                    Wakers.wake(waker);
                }
            }
        }
    }

    /// A tracker that is open and empty.
    public TaskTracker() {}

    /// Starts a child of `scope` that is counted until it has ended.
    ///
    /// @param <T> the type of the result
    /// @param scope the scope
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public <T extends @Nullable Object> JoinHandle<T> spawn(TaskScope scope, Future<T> future) {
        Tracked<T> tracked = new Tracked<>(Objects.requireNonNull(future, "future must not be null"));
        try {
            return scope.spawn(tracked);
        } catch (Throwable refused) {
            tracked.end();
            throw refused;
        }
    }

    /// Starts a child of `scope` for a block; as [#spawn(TaskScope, Future)].
    ///
    /// @param <T> the type of the result
    /// @param scope the scope
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public <T extends @Nullable Object> JoinHandle<T> spawn(TaskScope scope, AsyncBlock<T> block) {
        return spawn(
                scope, Objects.requireNonNull(block, "block must not be null").start());
    }

    /// Starts a child of `scope` for a block without a value; as [#spawn(TaskScope, Future)].
    ///
    /// @param scope the scope
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public JoinHandle<@Nullable Void> spawn(TaskScope scope, AsyncAction block) {
        return spawn(
                scope, Objects.requireNonNull(block, "block must not be null").start());
    }

    /// Counts a future that is to be the whole of a task: from this call on, which is what tracks it, until the task
    /// has ended.
    ///
    /// @param <T> the type of the value
    /// @param future the future
    /// @return what to spawn in its place
    public <T extends @Nullable Object> Future<T> track(Future<T> future) {
        return new Tracked<>(Objects.requireNonNull(future, "future must not be null"));
    }

    /// A future that is ready when the tracker is closed and empty at an instant that is not before its first poll.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost.
    ///
    /// @return the future
    public Future<@Nullable Void> ended() {
        return new Ended();
    }

    /// Lets waiting end when no task is left. Twice is once.
    ///
    /// @return whether it was open
    public boolean close() {
        return !change(0, true).closed();
    }

    /// Keeps waiting from ending, until it is closed again.
    ///
    /// @return whether it was closed
    public boolean reopen() {
        return change(0, false).closed();
    }

    /// Whether [#close()] was called, and [#reopen()] was not since.
    ///
    /// @return `true` when waiting may end
    public boolean isClosed() {
        return state.get().closed();
    }

    /// How many tasks are counted that have not ended.
    ///
    /// @return the number of now
    public long size() {
        return state.get().count();
    }

    private void count(long more) {
        change(more, null);
    }

    /// Changes the count, and the closedness if it is given. Gives the state before.
    private State change(long more, @Nullable Boolean closed) {
        State before;
        State after;
        do {
            before = state.get();
            var counted = new State(before.count + more, closed == null ? before.closed : closed, before.epoch);
            boolean ends = counted.isOver() && !before.isOver();
            after = ends ? new State(counted.count, counted.closed, new Epoch()) : counted;
        } while (!state.compareAndSet(before, after));
        if (after.epoch != before.epoch) {
            before.epoch.finish();
        }
        return before;
    }

    @Override
    public String toString() {
        State now = state.get();
        return "TaskTracker[" + now.count + (now.closed ? " tasks, closed]" : " tasks]");
    }

    private final class Tracked<T extends @Nullable Object> implements Future<T>, Discardable {
        private final Future<T> future;
        private boolean counted = true;

        Tracked(Future<T> future) {
            this.future = future;
            count(1);
        }

        void end() {
            if (counted) {
                counted = false;
                count(-1);
            }
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            boolean pending = false;
            try {
                Poll<T> polled = future.poll(cx);
                pending = !polled.isReady();
                return polled;
            } finally {
                if (!pending) {
                    end();
                }
            }
        }

        @Override
        public Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
            boolean pending = false;
            try {
                Poll<@Nullable Void> polled = future.pollCancel(cx);
                pending = !polled.isReady();
                return polled;
            } finally {
                if (!pending) {
                    end();
                }
            }
        }

        @Override
        public void discard() {
            end();
        }

        @Override
        public void describe(Description to) {
            future.describe(to);
        }

        @Override
        public String toString() {
            return future.toString();
        }
    }

    private final class Ended extends CheckedFuture<@Nullable Void> {
        private final WakerCell cell = new WakerCell();
        private @Nullable Epoch epoch;

        @Override
        protected @Nullable Object advance(Context cx) {
            Epoch mine = epoch;
            if (mine == null) {
                State now = state.get();
                if (now.isOver()) {
                    return null;
                }
                mine = now.epoch;
                epoch = mine;
                cell.register(cx.waker());
                mine.waiting.add(this);
            } else {
                cell.register(cx.waker());
            }
            if (!mine.done) {
                return PENDING;
            }
            mine.waiting.remove(this);
            return null;
        }

        @Override
        protected boolean release(Context cx) {
            if (epoch != null) {
                epoch.waiting.remove(this);
            }
            cell.take();
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("the end of " + TaskTracker.this);
            to.waitsFor(TaskTracker.this.toString(), null);
        }
    }
}
