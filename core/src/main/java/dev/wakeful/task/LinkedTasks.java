// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * New tasks come in at the head only, by CAS; those that are done with are taken out behind the head only, by one sweeper at a
 * time, the one that has turned `sweeping` on. So the links behind the head are the sweeper's.
 *
 * A task that was taken out links to itself, so that it keeps none of those alive that were taken out before. Who walks and
 * comes upon such a one begins again, and so meets each task that was in the list before and is not done with.
 */

/// Tasks in one list, the latest first, those that ended lately among them: the children of a scope, or those tasks of
/// an executor that are nobody's children. A task is in one such list.
///
/// A task is done with when it has ended and no scope that it opened has children left.
final class LinkedTasks {
    private static final int SWEEP_AT_LEAST = 32;
    private static final VarHandle HEAD;
    private static final VarHandle SWEEPING;
    private static final VarHandle ENDED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(LinkedTasks.class, "head", Task.class);
            SWEEPING = lookup.findVarHandle(LinkedTasks.class, "sweeping", boolean.class);
            ENDED = lookup.findVarHandle(LinkedTasks.class, "endedSinceSweep", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Task<?> head;
    private volatile boolean sweeping;
    private volatile int endedSinceSweep;

    /// Written by the sweeper. Too small a value costs a sweep in vain.
    private volatile int leftBySweep;

    void add(Task<?> task) {
        Task<?> old;
        do {
            old = head;
            task.nextListed = old;
        } while (!HEAD.compareAndSet(this, old, task));
    }

    /// The task that was put in last.
    @Nullable
    Task<?> newest() {
        return head;
    }

    /// The task that was put in before `task`; `null` when there is none, or `task` was taken out.
    static @Nullable Task<?> before(Task<?> task) {
        Task<?> older = task.nextListed;
        return older == task ? null : older;
    }

    /// Counts a task that has ended, and sweeps as often as keeps the list within about twice what it must hold.
    void countEnded() {
        int ended = (int) ENDED.getAndAdd(this, 1) + 1;
        if (ended >= SWEEP_AT_LEAST && ended >= leftBySweep && SWEEPING.compareAndSet(this, false, true)) {
            sweep();
            sweeping = false;
        }
    }

    private void sweep() {
        endedSinceSweep = 0;
        int left = 0;
        for (Task<?> kept = head; kept != null; kept = kept.nextListed) {
            Task<?> out = kept.nextListed;
            while (out != null && out.isDoneWith()) {
                Task<?> next = out.nextListed;
                kept.nextListed = next;
                out.nextListed = out;
                out = next;
            }
            left++;
        }
        leftBySweep = left;
    }

    /// Adds the tasks that were in the list before and are not done with, the latest first.
    void addTo(List<Task<?>> found) {
        int from = found.size();
        Task<?> next;
        for (Task<?> task = head; task != null; task = next) {
            if (!task.isDoneWith()) {
                found.add(task);
            }
            next = task.nextListed;
            if (next == task) {
                found.subList(from, found.size()).clear();
                next = head;
            }
        }
    }

    /// The tasks that were in the list before and have not ended, the latest first.
    List<Task<?>> live() {
        var live = new ArrayList<Task<?>>();
        addTo(live);
        live.removeIf(Task::isFinished);
        return live;
    }

    /// Empties the list and cuts the links in it. Called while no task of the list runs.
    ///
    /// @return what was in it, the latest first; who is put in meanwhile is there or stays in the list
    List<Task<?>> takeAll() {
        var taken = new ArrayList<Task<?>>();
        Task<?> next;
        for (Task<?> task = (Task<?>) HEAD.getAndSet(this, null); task != null; task = next) {
            next = task.nextListed;
            task.nextListed = null;
            taken.add(task);
        }
        return taken;
    }
}
