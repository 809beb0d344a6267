// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Context;
import dev.wakeful.Report;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// Who polls tasks: the other half of the task cell. It decides on which thread and in which order.
public interface TaskExecutor {
    /// Queues a task that wants to be polled; each call leads to one [Task#run()], and happens-before it. Called from
    /// any thread, at most once between two runs of a task; throws nothing but [StackOverflowError], and that before
    /// the task is queued.
    ///
    /// @param task the task
    void schedule(Task<?> task);

    /// The executor that polls on the calling thread and on no other, for tasks that are local to it; the rest is as
    /// here.
    ///
    /// @return by default this executor, as is right where one thread polls
    /// @throws IllegalStateException when the calling thread does not poll tasks of this executor
    default TaskExecutor ofThisThread() {
        return this;
    }

    /// A task is about to begin: it is to be found from now on, and may yet fail to begin where the stack of its thread
    /// ends. Called once for each, before it has its number, on the thread that starts it.
    ///
    /// @param task the task
    default void enter(Task<?> task) {}

    /// A task begins: called once for each, before the first [#schedule], on the thread that starts it.
    ///
    /// @param task the task
    default void started(Task<?> task) {}

    /// Keeps a waker aside until the tasks that are ready now have run and the drivers were looked at.
    ///
    /// @param waker the waker of a poll that only lets others go first
    default void defer(Waker waker) {
        waker.wake();
    }

    /// As [#defer(Waker)], for a task that was polled and gives way: to be [resumed][Task#resume()] then. Called on the
    /// thread that polled it, in the place of [#schedule].
    ///
    /// @param task the task, which nobody else schedules meanwhile
    default void defer(Task<?> task) {
        task.resume();
    }

    /// How long the clean-up of what is cancelled may wait, where no scope says otherwise. Periods are counted in the
    /// time of the [timer][dev.wakeful.spi.Timer] that is found here; without one there is no limit.
    ///
    /// @return nanoseconds; [Long#MAX_VALUE] when there is no limit
    default long graceNanos() {
        return Long.MAX_VALUE;
    }

    /// When all clean-up ends because the executor is being shut down. Callable from any thread; when it comes nearer,
    /// the executor runs the tasks that are being wound down once more.
    ///
    /// @return a time of the timer; [Long#MAX_VALUE] while there is no such
    default long cleanUpEndNanos() {
        return Long.MAX_VALUE;
    }

    /// When shielded regions that a cancel waits for are cut too; by default with all other clean-up.
    ///
    /// @return a time of the timer; [Long#MAX_VALUE] while there is no such
    default long shieldEndNanos() {
        return cleanUpEndNanos();
    }

    /// An await of clean-up was cut, because the grace period is over. Called on the thread that polls the task.
    ///
    /// @param task the task
    /// @param site the await
    default void cleanUpCut(Task<?> task, StackTraceElement site) {
        System.getLogger("dev.wakeful.task")
                .log(
                        System.Logger.Level.WARNING,
                        "the grace period of " + task + " is over, and its clean-up was cut at " + site);
    }

    /// What the contexts of its tasks offer under `key`.
    ///
    /// @param <V> the type of what is offered
    /// @param key the key
    /// @return the value, or `null`
    <V> @Nullable V find(Context.Key<V> key);

    /// The number for a new task, counted from 1. Callable from any thread. Each task that has one [ends][#ended].
    ///
    /// @return the number
    long nextTaskId();

    /// A child of a scope that supervises has failed, and nobody has awaited it yet. Called after [#ended]; throws
    /// nothing. By default that is [#unobserved] at once.
    ///
    /// @param task the child
    /// @param failure what it threw
    /// @param scope its scope, which is told of in [#scopeEnded]
    default void unread(Task<?> task, Throwable failure, TaskScope scope) {
        unobserved(task, failure);
    }

    /// A scope has ended whose children had failures that were [unread][#unread]. Throws nothing.
    ///
    /// @param scope the scope
    default void scopeEnded(TaskScope scope) {}

    /// A task has failed, nobody awaited it, and nobody will be told. Called after [#ended]; throws nothing.
    ///
    /// @param task the task
    /// @param failure what it threw
    default void unobserved(Task<?> task, Throwable failure) {
        System.getLogger("dev.wakeful.task")
                .log(System.Logger.Level.ERROR, task + " failed, and nobody awaits it", failure);
    }

    /// A task was woken by its own poll, which completed nothing. Called on the thread that polled it, for every 256th
    /// such poll in a row.
    ///
    /// @param task the task
    default void wokeItself(Task<?> task) {}

    /// Something should not be as it is. Called from any thread; throws nothing.
    ///
    /// @param report what was found
    default void report(Report report) {
        System.getLogger("dev.wakeful.task").log(System.Logger.Level.WARNING, report::toString);
    }

    /// A task has ended and its clean-up too. Called once for each task, on the thread that polled it, before its
    /// joiner and its scope are told; throws nothing.
    ///
    /// @param task the task
    void ended(Task<?> task);
}
