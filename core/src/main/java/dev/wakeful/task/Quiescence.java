// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.LostWakerException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Why a task that is found can never be woken. A task is woken only through its TaskWaker (or by being aborted, which ends it
 * anyway). Who wakes holds that object, on a stack or in the heap. A collection that clears a weak reference to it proves
 * that nobody holds it, now or ever. A wake that came just before the waker was dropped is seen: the wake writes the state
 * word before its thread drops the waker, and the state is read after the reference was found cleared.
 *
 * The first look holds the tasks strongly and their wakers weakly, so a waker that a waiting task itself keeps, for itself or
 * for another that waits too, counts as reachable. The second look holds the tasks weakly as well: what is then gone was an
 * island, reachable from nowhere but itself. It cannot be wound down any more, since it no longer exists; so the report is
 * written before.
 */

/// Finds the tasks that nothing can ever wake, by asking the garbage collector.
///
/// For an executor, real or simulated, in which nothing is ready and no timer, I/O or blocking work is left.
public final class Quiescence {
    private Quiescence() {}

    /// The first look: of the tasks that wait, those whose waker nobody holds. They can be ended with
    /// [Task#endLost]. Called by the polling thread.
    ///
    /// @param tasks all tasks of the executor that have not ended
    /// @return those that are lost
    public static List<Task<?>> lost(List<Task<?>> tasks) {
        List<@Nullable WeakReference<TaskWaker>> weak = weaken(tasks);
        collect();
        var lost = new ArrayList<Task<?>>();
        for (int i = 0; i < weak.size(); i++) {
            WeakReference<TaskWaker> reference = weak.get(i);
            if (reference == null) {
                continue;
            }
            TaskWaker waker = reference.get();
            Task<?> task = tasks.get(i);
            if (waker != null) {
                task.exchangeWaker(waker);
            } else if (task.isIdle()) {
                lost.add(task);
            }
        }
        return lost;
    }

    private static List<@Nullable WeakReference<TaskWaker>> weaken(List<Task<?>> tasks) {
        var weak = new ArrayList<@Nullable WeakReference<TaskWaker>>(tasks.size());
        for (Task<?> task : tasks) {
            TaskWaker waker = task.isIdle() ? task.exchangeWaker(null) : null;
            weak.add(waker == null ? null : new WeakReference<>(waker));
        }
        return weak;
    }

    /// Prepares the second look: weak references to the tasks of an executor, in whose place the executor drops every
    /// reference of its own before it calls [#collect()].
    ///
    /// When one of the tasks does not wait, another thread has just spawned or woken it. It may be astray, and then the
    /// list alone leads to it; so all stay in the list.
    ///
    /// @param list the executor's list, which is empty afterwards; [#restore] puts what is left back
    /// @return the references; none when a task does not wait
    public static List<WeakReference<Task<?>>> weaken(TaskList list) {
        List<Task<?>> all = list.takeAll();
        boolean allWait = all.stream().allMatch(Task::isIdle);
        var weak = new ArrayList<WeakReference<Task<?>>>();
        for (Task<?> task : all) {
            if (allWait) {
                weak.add(new WeakReference<>(task));
            } else {
                list.add(task);
            }
        }
        return weak;
    }

    /// Ends the second look: puts the tasks that are still there back.
    ///
    /// @param weak what [#weaken(TaskList)] gave
    /// @param list the executor's list
    /// @return how many tasks are gone
    public static int restore(List<WeakReference<Task<?>>> weak, TaskList list) {
        int gone = 0;
        for (WeakReference<Task<?>> reference : weak) {
            Task<?> task = reference.get();
            if (task == null) {
                gone++;
            } else {
                list.add(task);
            }
        }
        return gone;
    }

    /// Has the garbage collector clear the weak references to what is unreachable. Where it does not listen to such a
    /// call (`-XX:+DisableExplicitGC`), nothing is cleared, and so nothing is found to be lost.
    public static void collect() {
        for (int attempt = 0; attempt < 3; attempt++) {
            var sentinel = new WeakReference<>(new Object());
            System.gc();
            if (sentinel.refersTo(null)) {
                return;
            }
        }
    }

    /// The failure of a task that the first look found.
    ///
    /// @param task the task
    /// @param waiting all tasks that wait
    /// @return what to end it with
    public static LostWakerException failure(Task<?> task, List<Task<?>> waiting) {
        return new LostWakerException(Reports.lost(task, waiting));
    }

    /// The words for an executor in which nothing can go on: each waiting task with its async stack, a cycle first.
    ///
    /// @param waiting the tasks that wait
    /// @return the text
    public static String report(List<Task<?>> waiting) {
        return Reports.quiescent(waiting);
    }

    /// Each waiting task with its async stack, for a report that is no error by itself.
    ///
    /// @param waiting the tasks that wait
    /// @return the text
    public static String waiting(List<Task<?>> waiting) {
        return Reports.waiting(waiting);
    }
}
