// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * New tasks come in at the head only, by CAS; tasks that have ended are taken out behind the head only, by one sweeper at a
 * time. So the links behind the head are the sweeper's. A task that was taken out links to itself: it must not keep those
 * alive that were taken out before. A reader that comes upon such a one begins again, and so sees each task that was in the
 * list from before its walk and has not ended.
 */

/// The tasks of an executor that have not ended: for dumps, for shutdown, and for finding those that nobody can wake.
///
/// Ended tasks are taken out from time to time, so that the list is at most about twice as long as it must be.
public final class TaskList {
    private static final VarHandle HEAD;
    private static final int SWEEP_AT_LEAST = 64;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(TaskList.class, "head", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Task<?> head;
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final AtomicInteger endedSinceSweep = new AtomicInteger();
    private volatile int liveAfterSweep;

    /// An empty list.
    public TaskList() {}

    /// Puts a task in. Callable from any thread, once for each task.
    ///
    /// @param task the task
    public void add(Task<?> task) {
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

    /// Counts a task that has ended, and sweeps when it is time. Callable from any thread.
    public void countEnded() {
        int ended = endedSinceSweep.incrementAndGet();
        if (ended >= SWEEP_AT_LEAST && ended >= liveAfterSweep && sweeping.compareAndSet(false, true)) {
            sweep();
            sweeping.set(false);
        }
    }

    private void sweep() {
        endedSinceSweep.set(0);
        int live = 0;
        for (Task<?> kept = head; kept != null; kept = kept.nextListed) {
            Task<?> out = kept.nextListed;
            while (out != null && out.isFinished()) {
                Task<?> next = out.nextListed;
                kept.nextListed = next;
                out.nextListed = out;
                out = next;
            }
            live++;
        }
        liveAfterSweep = live;
    }

    /// The tasks that have not ended, the oldest first.
    ///
    /// @return a new list
    public List<Task<?>> live() {
        var live = new ArrayList<Task<?>>();
        Task<?> next;
        for (Task<?> task = head; task != null; task = next) {
            if (!task.isFinished()) {
                live.add(task);
            }
            next = task.nextListed;
            if (next == task) {
                live.clear();
                next = head;
            }
        }
        return live.reversed();
    }

    /// Takes all tasks out and cuts the links between them, so that the list holds none of them. Those that live on are
    /// to be put in again. Called while no task of the executor runs.
    ///
    /// @return the tasks that have not ended
    public List<Task<?>> takeAll() {
        var live = new ArrayList<Task<?>>();
        Task<?> next;
        for (Task<?> task = (Task<?>) HEAD.getAndSet(this, null); task != null; task = next) {
            next = task.nextListed;
            task.nextListed = null;
            if (!task.isFinished()) {
                live.add(task);
            }
        }
        return live;
    }
}
