// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.TaskRef;

/// An [Observer] that is told of each poll as well, and of each time that a thread has nothing to poll. A call for the
/// beginning and one for the end of a poll cost a good part of what a short poll costs; where all observers are plain
/// ones, polls cost what they cost without any.
public interface PollObserver extends Observer {
    /// A poll of a task begins.
    ///
    /// @param task the task
    default void pollStarted(TaskRef task) {}

    /// A poll of a task has ended, and with the last one the task.
    ///
    /// @param task the task
    default void pollEnded(TaskRef task) {}

    /// A thread that polls has nothing to do, and is about to wait for something.
    ///
    /// @param thread the thread, which is the current one
    default void workerParked(Thread thread) {}

    /// A thread that polls has waited, and looks for something to do.
    ///
    /// @param thread the thread, which is the current one
    default void workerUnparked(Thread thread) {}
}
