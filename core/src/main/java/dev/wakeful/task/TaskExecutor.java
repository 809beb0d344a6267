// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Context;
import dev.wakeful.Report;
import dev.wakeful.Waker;
import dev.wakeful.spi.Grace;
import org.jspecify.annotations.Nullable;

/// Who polls tasks: the other half of the task cell. It decides on which thread and in which order.
public interface TaskExecutor {
    /// Queues a task that wants to be polled; each call leads to one [Task#run()]. Called from any thread, at most once
    /// between two runs of a task; never throws.
    ///
    /// @param task the task
    void schedule(Task<?> task);

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

    /// A task is being wound down, and its clean-up asks how long it may take. Called at most once for each task, on
    /// the thread that polls it; [Task#grace()] gives the answer back when the task has ended.
    ///
    /// @param waker the task's waker, to be woken when the period ends
    /// @return the grace period, which begins now; `null` when there is no limit
    default @Nullable Grace beginGrace(Waker waker) {
        return null;
    }

    /// What the contexts of its tasks offer under `key`.
    ///
    /// @param <V> the type of what is offered
    /// @param key the key
    /// @return the value, or `null`
    <V> @Nullable V find(Context.Key<V> key);

    /// The number for a new task, counted from 1. Callable from any thread.
    ///
    /// @return the number
    long nextTaskId();

    /// A child of a scope that supervises has failed, and nobody awaited it. Called after [#ended]; throws nothing.
    ///
    /// @param task the child
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
