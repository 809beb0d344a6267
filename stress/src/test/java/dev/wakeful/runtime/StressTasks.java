// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import org.jspecify.annotations.Nullable;

/// Tasks to be queued, which nobody runs; and how often each came out.
final class StressTasks implements TaskExecutor {
    private final Task<?>[] tasks;
    private final int[] seen;
    private int made;

    StressTasks(int count) {
        tasks = new Task<?>[count];
        seen = new int[count];
        for (int i = 0; i < count; i++) {
            tasks[i] = new Task<>(this, "", Future.ready(i));
            tasks[i].start();
        }
    }

    Task<?> task(int index) {
        return tasks[index];
    }

    /// Counts a task that came out.
    void saw(@Nullable Task<?> task) {
        if (task != null) {
            seen[(int) task.id() - 1]++;
        }
    }

    /// Empties a ring.
    void sawAll(RunRing ring) {
        for (Task<?> task = ring.pop(); task != null; task = ring.pop()) {
            saw(task);
        }
    }

    void sawAll(GlobalQueue global) {
        for (Task<?> task = global.poll(); task != null; task = global.poll()) {
            saw(task);
        }
    }

    boolean eachOnce() {
        for (int times : seen) {
            if (times != 1) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void schedule(Task<?> task) {}

    @Override
    public <V> @Nullable V find(Context.Key<V> key) {
        return null;
    }

    @Override
    public long nextTaskId() {
        return ++made;
    }

    @Override
    public void ended(Task<?> task) {}

    /// A waker that remembers.
    static final class Flag implements Waker {
        private volatile boolean woken;

        @Override
        public void wake() {
            woken = true;
        }

        boolean isWoken() {
            return woken;
        }
    }
}
