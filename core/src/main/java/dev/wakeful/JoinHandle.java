// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A spawned task, seen from outside: a future of its result, and the means to end it.
///
/// Awaiting the handle gives the task's value or throws the very object that the task threw; when the task was
/// cancelled it throws [CancelledException]. One task may await a handle; [Future#shared()] makes a future that many
/// may.
///
/// ### Cancel safety
///
/// Nothing is lost: giving up on the handle ends the waiting, not the task.
///
/// ### Memory consistency
///
/// Actions of the task happen-before the poll of the handle that returns [Poll.Ready] or throws.
///
/// @param <T> the type of the result
public interface JoinHandle<T extends @Nullable Object> extends Future<T>, TaskRef {
    /// Asks the task to end: it is wound down, its `finally` blocks run, and then it is finished as cancelled. Returns
    /// at once; await the handle to know that its clean-up has ended. A task that completes in the poll that is running
    /// keeps its result. Idempotent, callable from any thread.
    ///
    /// @param reason who asks and why, for dumps and for [CancelledException#reason()]
    void abort(String reason);

    /// Asks the task to end, as [#abort(String)] with the reason `aborted`.
    default void abort() {
        abort("aborted");
    }

    /// Asks the task to end and waits until it has: a barrier behind which nothing of the task runs any more, its
    /// clean-up included. Ready also when the task had a result or was cancelled before; a failure, of the task or of
    /// its clean-up, is thrown. It asks at its first poll.
    ///
    /// ### Cancel safety
    ///
    /// Giving up ends the waiting; the task stays asked.
    ///
    /// @param reason who asks and why
    /// @return a future that is ready when the task has ended; it is polled when no other await of the task is
    default Future<@Nullable Void> abortAndJoin(String reason) {
        return new AbortAndJoin(this, Objects.requireNonNull(reason, "reason must not be null"));
    }

    /// A new future of the same outcome, for an await after one that was given up: `timeout(handle.join(), ...)`, then
    /// `handle.abort()`, then `await(handle)`. One at a time is polled.
    ///
    /// @return the future
    Future<T> join();

    /// Whether the task has ended and its clean-up too.
    ///
    /// @return `true` once a poll of this handle would not be [Poll.Pending]
    boolean isFinished();
}
