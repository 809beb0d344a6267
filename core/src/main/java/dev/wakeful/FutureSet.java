// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.Futures.Outcome;
import dev.wakeful.internal.Failures;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Values;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Futures that run side by side in one task, whose outcomes are taken one by one: as they complete, or in the order in
/// which they were added. More may be added at any time.
///
/// {@snippet class="FutureSetExamples" region="bounded"}
///
/// The futures make progress only while [#next()] is awaited, and only those that were woken are polled. Tasks, which
/// run on their own, are held together by a [TaskScope] or a [TaskSet].
///
/// A set is used by one task at a time. Who no longer needs it awaits [#windDown()].
///
/// @param <T> the type of the values
public final class FutureSet<T extends @Nullable Object> {
    private final boolean ordered;
    private final Brood brood = new Brood();
    private final Map<Integer, Slot<T>> running = new LinkedHashMap<>();

    /// The slots whose outcomes are taken next: of an unordered set those that are complete, of an ordered one all.
    private final ArrayDeque<Slot<T>> line = new ArrayDeque<>();

    private int added;
    private boolean windingDown;

    /// A future of the set, and later its outcome.
    static final class Slot<T extends @Nullable Object> {
        final Brood.Child child;

        @Nullable
        Outcome<T> outcome;

        Slot(Brood.Child child) {
            this.child = child;
        }
    }

    private FutureSet(boolean ordered) {
        this.ordered = ordered;
    }

    /// An empty set whose outcomes come as they complete.
    ///
    /// @param <T> the type of the values
    /// @return the set
    public static <T extends @Nullable Object> FutureSet<T> unordered() {
        return new FutureSet<>(false);
    }

    /// An empty set whose outcomes come in the order in which the futures were added.
    ///
    /// @param <T> the type of the values
    /// @return the set
    public static <T extends @Nullable Object> FutureSet<T> ordered() {
        return new FutureSet<>(true);
    }

    /// Adds a future, which the set owns from now on. It is first polled when [#next()] is.
    ///
    /// @param future the future
    /// @return its number, counted from 0
    /// @throws IllegalStateException when the set is being wound down
    public int add(Future<? extends T> future) {
        Objects.requireNonNull(future, "future must not be null");
        if (windingDown) {
            throw new IllegalStateException("a set of futures takes no more after windDown(): " + future);
        }
        var slot = new Slot<T>(brood.add(future, added));
        running.put(added, slot);
        if (ordered) {
            line.add(slot);
        }
        slot.child.wake();
        return added++;
    }

    /// How many futures have been added and their outcomes not taken.
    ///
    /// @return the number
    public int size() {
        return ordered ? line.size() : running.size() + line.size();
    }

    /// Whether there is nothing to wait for.
    ///
    /// @return `true` when [#next()] would give `null`
    public boolean isEmpty() {
        return size() == 0;
    }

    /// The next outcome, or `null` at once when the set is empty. A failure is an outcome, not thrown. One is polled at
    /// a time.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: an outcome leaves the set only in the poll that returns it, and the futures stay in the set.
    ///
    /// @return a future of the outcome
    public Future<@Nullable Outcome<T>> next() {
        return new Next().map(slot -> slot == null ? null : slot.outcome);
    }

    /// The slot behind [#next()].
    Future<@Nullable Slot<T>> nextSlot() {
        return new Next();
    }

    /// Winds down all futures that have not completed, together, and drops the outcomes that were not taken. The first
    /// failure of the clean-up is thrown, later ones suppressed on it.
    ///
    /// ### Cancel safety
    ///
    /// Giving up does what it does: it is ready when all are wound down.
    ///
    /// @return a future that is ready when all have ended
    public Future<@Nullable Void> windDown() {
        return new End();
    }

    /// Forgets all futures, which somebody else winds down or which hold nothing.
    void forget() {
        running.clear();
        line.clear();
    }

    private @Nullable Slot<T> take() {
        Slot<T> first = line.peek();
        return first == null || first.outcome == null ? null : line.poll();
    }

    private boolean poll(Brood.Child child, Context cx) {
        Slot<T> slot = running.get(child.index);
        if (slot == null) {
            return true;
        }
        try {
            Object value = child.future.pollRaw(cx);
            if (value == Future.PENDING) {
                return false;
            }
            slot.outcome = new Outcome.Value<>(Values.of(value));
        } catch (Throwable thrown) {
            slot.outcome = new Outcome.Failure<>(thrown);
        }
        running.remove(child.index);
        if (!ordered) {
            line.add(slot);
        }
        return true;
    }

    private void describe(Description to, String what) {
        to.label(what + " of a set[" + running.size() + " run]");
        for (Slot<T> slot : List.copyOf(running.values())) {
            to.child(slot.child.future);
        }
    }

    private final class Next extends CheckedFuture<@Nullable Slot<T>> {
        @Override
        protected @Nullable Object advance(Context cx) {
            Slot<T> slot = take();
            if (slot == null && !running.isEmpty()) {
                brood.visitWoken(cx, FutureSet.this::poll);
                slot = take();
            }
            if (slot == null && !isEmpty()) {
                brood.register(cx);
                return PENDING;
            }
            return slot;
        }

        @Override
        public void describe(Description to) {
            FutureSet.this.describe(to, "next");
        }
    }

    private final class End extends CheckedFuture<@Nullable Void> {
        private final WindingDown down = new WindingDown();
        private boolean begun;
        private @Nullable Failures failures;

        @Override
        protected @Nullable Object advance(Context cx) {
            return release(cx) ? null : PENDING;
        }

        @Override
        protected boolean release(Context cx) {
            windingDown = true;
            if (!begun || down.isJustOver(cx)) {
                begun = true;
                line.clear();
                var asking = new Contexts.Asking(down.in(cx));
                for (Slot<T> slot : List.copyOf(running.values())) {
                    brood.visit(slot.child, asking, this::cancel);
                }
            } else {
                brood.visitWoken(down.in(cx), this::cancel);
            }
            if (!running.isEmpty()) {
                down.pending(cx);
                brood.register(cx);
                return false;
            }
            down.end();
            if (failures != null) {
                throw Throwing.sneak(failures.first());
            }
            return true;
        }

        private boolean cancel(Brood.Child child, Context cx) {
            if (!running.containsKey(child.index)) {
                return true;
            }
            try {
                if (!child.future.pollCancel(cx).isReady()) {
                    return false;
                }
            } catch (Throwable thrown) {
                failures = Failures.plus(failures, thrown);
            }
            running.remove(child.index);
            return true;
        }

        @Override
        public void describe(Description to) {
            FutureSet.this.describe(to, "wind down");
        }
    }
}
