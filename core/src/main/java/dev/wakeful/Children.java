// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The scope of [TaskScope#join]: its children have results of one type, and a [JoinPolicy] is told how each ends.
///
/// @param <T> the type of the results
public final class Children<T extends @Nullable Object> {
    private final TaskScope scope;

    Children(TaskScope scope) {
        this.scope = scope;
    }

    /// Starts a child task; as [TaskScope#spawn(Future)].
    ///
    /// @param <R> the type of the result
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public <R extends T> JoinHandle<R> spawn(Future<R> future) {
        return scope.spawn("", future);
    }

    /// Starts a child task of a block.
    ///
    /// @param <R> the type of the result
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public <R extends T> JoinHandle<R> spawn(AsyncBlock<R> block) {
        return scope.spawn("", block.start());
    }

    /// Starts a child task with a name, which errors and dumps show.
    ///
    /// @param <R> the type of the result
    /// @param name the name
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    public <R extends T> JoinHandle<R> spawn(String name, Future<R> future) {
        return scope.spawn(name, future);
    }

    /// Cancels the body and all children; as [TaskScope#cancel(String)].
    ///
    /// @param reason who asks and why
    public void cancel(String reason) {
        scope.cancel(Objects.requireNonNull(reason, "reason must not be null"));
    }

    /// Whether a cancel was asked for, by the policy or by anybody else.
    ///
    /// @return `true` from then on
    public boolean isCancelled() {
        return scope.isCancelled();
    }

    @Override
    public String toString() {
        return "Children[" + scope + "]";
    }
}
