// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Quiescence;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskList;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Looks, when nothing is left to do, whether anything can still wake a task: at growing intervals, because a look
/// costs collections, and a program that waits for another thread is fine.
final class IdleWatch {
    private static final long FIRST_NANOS = 5_000_000;
    private static final long LAST_NANOS = 60_000_000_000L;
    private static final long REPORT_AFTER_NANOS = 5_000_000_000L;

    private final TaskList tasks;
    private final IntConsumer forget;
    private long delayNanos = FIRST_NANOS;
    private long idleNanos;
    private long pollsBefore = -1;
    private boolean reported;

    /// @param forget is told how many tasks are gone without having ended
    IdleWatch(TaskList tasks, IntConsumer forget) {
        this.tasks = tasks;
        this.forget = forget;
    }

    /// How long to wait for an outside wake before the next look.
    long delayNanos() {
        return delayNanos;
    }

    /// Nothing came for [#delayNanos()]; `polls` is how many polls there were so far. Ends the tasks that are lost;
    /// where they are islands, the roots among them.
    void look(List<Root> roots, long polls) {
        idleNanos = polls == pollsBefore ? idleNanos + delayNanos : delayNanos;
        pollsBefore = polls;
        delayNanos = Math.min(LAST_NANOS, delayNanos * 4);
        if (endLostTasks() || endIslands(roots)) {
            return;
        }
        if (!reported && idleNanos >= REPORT_AFTER_NANOS) {
            reported = true;
            Log.log(
                    Level.WARNING,
                    "idle, and only a thread outside of the runtime can change that; "
                            + Quiescence.waiting(tasks.live()));
        }
    }

    private boolean endLostTasks() {
        List<Task<?>> waiting = tasks.live();
        List<Task<?>> lost = Quiescence.lost(waiting);
        for (Task<?> task : lost) {
            task.endLost(Quiescence.failure(task, waiting));
        }
        return !lost.isEmpty();
    }

    private boolean endIslands(List<Root> roots) {
        String report = describeIfAllWait();
        if (report == null) {
            return true;
        }
        List<WeakReference<Task<?>>> weak = weaken(roots);
        Quiescence.collect();
        int gone = Quiescence.restore(weak, tasks);
        forget.accept(gone);
        boolean rootGone = false;
        for (Root root : roots) {
            root.restore(report);
            rootGone |= root.isFinished();
        }
        if (gone > 0 && !rootGone) {
            Log.log(Level.ERROR, gone + " tasks can never be woken and are gone; " + report);
        }
        return gone > 0;
    }

    private @Nullable String describeIfAllWait() {
        List<Task<?>> waiting = tasks.live();
        return waiting.stream().allMatch(Task::isIdle) ? Quiescence.report(waiting) : null;
    }

    private List<WeakReference<Task<?>>> weaken(List<Root> roots) {
        for (Root root : new ArrayList<>(roots)) {
            root.weaken();
        }
        return Quiescence.weaken(tasks);
    }
}
