// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import org.jspecify.annotations.Nullable;

/// Is told of the life of tasks and workers, for counting and tracing. All methods do nothing by default.
///
/// They are called on the thread on which it happens, in the midst of the runtime's work: they must be quick and must
/// not block. What one of them throws is logged and harms nothing.
public interface Observer {
    /// A task was started; it has not been polled.
    ///
    /// @param task the task
    default void taskStarted(TaskRef task) {}

    /// A task has ended, its clean-up too.
    ///
    /// @param task the task
    /// @param failure what it threw, or `null` when it has a result or was cancelled
    default void taskEnded(TaskRef task, @Nullable Throwable failure) {}

    /// A thread begins to poll tasks.
    ///
    /// @param thread the thread, which is the current one
    default void workerStarted(Thread thread) {}

    /// A thread polls no more.
    ///
    /// @param thread the thread, which is the current one
    default void workerEnded(Thread thread) {}

    /// Something goes on that should not.
    ///
    /// @param report what was found
    default void reported(Report report) {}
}
