// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.Futures.Outcome;
import dev.wakeful.internal.Failures;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Values;
import dev.wakeful.internal.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Tasks of a scope whose outcomes are taken one by one, as they end.
///
/// A task of a set that fails does not cancel its scope: its failure is an outcome of the set. All else holds as for
/// any child: the scope does not end before the task has, and what its clean-up throws after a cancel is the scope's
/// failure.
///
/// {@snippet class="TaskSetExamples" region="asTheyEnd"}
///
/// Outcomes that were not taken are kept. A set is used by one task at a time.
///
/// @param <T> the type of the results
public final class TaskSet<T extends @Nullable Object> {
    private final TaskScope scope;
    private final FutureSet<Outcome<T>> ends = FutureSet.unordered();
    private final Map<Integer, Member<T>> members = new HashMap<>();

    private record Member<T extends @Nullable Object>(JoinHandle<Outcome<T>> task, Future<Outcome<T>> join) {}

    private TaskSet(TaskScope scope) {
        this.scope = scope;
    }

    /// An empty set, whose tasks are children of `scope`.
    ///
    /// @param <T> the type of the results
    /// @param scope the scope
    /// @return the set
    public static <T extends @Nullable Object> TaskSet<T> in(TaskScope scope) {
        return new TaskSet<>(Objects.requireNonNull(scope, "scope must not be null"));
    }

    /// Starts a task.
    ///
    /// @param future what it runs
    /// @return its handle, to [abort][JoinHandle#abort()] it or to look at; its outcome is awaited through the set
    /// @throws IllegalStateException when the scope has ended
    public JoinHandle<Outcome<T>> spawn(Future<T> future) {
        return spawn("", future);
    }

    /// Starts a task of a block.
    ///
    /// @param block what it runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public JoinHandle<Outcome<T>> spawn(AsyncBlock<T> block) {
        return spawn("", block.start());
    }

    /// Starts a task with a name, which errors and dumps show.
    ///
    /// @param name the name
    /// @param future what it runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public JoinHandle<Outcome<T>> spawn(String name, Future<T> future) {
        JoinHandle<Outcome<T>> task = scope.spawn(name, Futures.catching(future));
        Future<Outcome<T>> join = task.join();
        members.put(ends.add(join), new Member<>(task, join));
        return task;
    }

    /// How many tasks were spawned whose outcomes were not taken.
    ///
    /// @return the number
    public int size() {
        return ends.size();
    }

    /// Whether there is nothing to wait for.
    ///
    /// @return `true` when [#next()] would give `null`
    public boolean isEmpty() {
        return ends.isEmpty();
    }

    /// The outcome of the next task that ends, or `null` at once when the set is empty. That of a task that was
    /// cancelled is a failure with [CancelledException].
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: an outcome leaves the set only in the poll that returns it.
    ///
    /// @return a future of the outcome
    public Future<@Nullable Outcome<T>> next() {
        return ends.nextSlot().map(this::outcome);
    }

    private @Nullable Outcome<T> outcome(FutureSet.@Nullable Slot<Outcome<T>> slot) {
        if (slot == null) {
            return null;
        }
        members.remove(slot.child.index);
        return switch (Objects.requireNonNull(slot.outcome)) {
            case Outcome.Value<Outcome<T>>(Outcome<T> outcome) -> outcome;
            case Outcome.Failure<Outcome<T>>(Throwable failure) -> new Outcome.Failure<>(failure);
        };
    }

    /// All results, in the order in which the tasks end. The first that failed or was cancelled cancels the rest, and
    /// when they have ended, its throwable is thrown; what failed later is suppressed on it.
    ///
    /// ### Cancel safety
    ///
    /// Giving up cancels all tasks and waits for their clean-up.
    ///
    /// @return a future of the results
    public Future<List<T>> joinAll() {
        return new JoinSet();
    }

    /// Asks all tasks to end, as [JoinHandle#abort(String)]. Their outcomes are still to be taken.
    ///
    /// @param reason who asks and why
    public void abortAll(String reason) {
        for (Member<T> member : members.values()) {
            member.task.abort(reason);
        }
    }

    /// Cancels all tasks and waits until they have ended; their outcomes are dropped, failures too.
    ///
    /// ### Cancel safety
    ///
    /// Giving up does what it does: it is ready when all have ended.
    ///
    /// @param reason who asks and why
    /// @return a future that is ready when the set is empty
    public Future<@Nullable Void> shutdown(String reason) {
        return new Shutdown(Objects.requireNonNull(reason, "reason must not be null"));
    }

    /// Empties the set without cancelling anything: the tasks run on as children of the scope, their outcomes are
    /// dropped.
    public void detachAll() {
        for (Member<T> member : members.values()) {
            try {
                member.join.pollCancel(Context.of(Waker.noop())); // takes the set out as joiner, at once
            } catch (Exception e) {
                throw Throwing.sneak(e);
            }
        }
        members.clear();
        ends.forget();
    }

    /// Takes outcomes until the set is empty.
    private abstract class Draining<R extends @Nullable Object> extends CheckedFuture<R> {
        private @Nullable Future<@Nullable Outcome<T>> next;

        abstract void take(Outcome<T> outcome);

        final boolean isDrained(Context cx) throws Exception {
            while (true) {
                Future<@Nullable Outcome<T>> waiting = next == null ? next() : next;
                next = waiting;
                Object outcome = waiting.pollRaw(cx);
                if (outcome == PENDING) {
                    return false;
                }
                next = null;
                if (outcome == null) {
                    return true;
                }
                take(Values.<Outcome<T>>of(outcome));
            }
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            abortAll("the set was given up");
            return isDrained(cx);
        }

        @Override
        public void describe(Description to) {
            to.label("the end of a set[" + size() + " tasks]");
            for (Member<T> member : List.copyOf(members.values())) {
                to.child(member.task);
            }
        }
    }

    private final class JoinSet extends Draining<List<T>> {
        private final List<T> results = new ArrayList<>();
        private @Nullable Failures failures;

        @Override
        void take(Outcome<T> outcome) {
            switch (outcome) {
                case Outcome.Value<T>(T value) -> results.add(value);
                case Outcome.Failure<T>(Throwable thrown) -> {
                    if (failures == null) {
                        failures = new Failures(thrown);
                        abortAll("another task of its set failed: " + Words.of(thrown));
                    } else if (!(thrown instanceof CancelledException)) {
                        failures.add(thrown);
                    }
                }
            }
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            if (!isDrained(cx)) {
                return PENDING;
            }
            if (failures != null) {
                throw Throwing.sneak(failures.first());
            }
            return results;
        }
    }

    private final class Shutdown extends Draining<@Nullable Void> {
        private final String reason;

        Shutdown(String reason) {
            this.reason = reason;
        }

        @Override
        void take(Outcome<T> outcome) {}

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            abortAll(reason);
            return isDrained(cx) ? null : PENDING;
        }
    }
}
