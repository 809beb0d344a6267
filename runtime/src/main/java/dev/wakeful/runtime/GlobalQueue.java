// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import dev.wakeful.task.TaskQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * Putting in is one CAS and never waits. Taking out is for one worker at a time, the one that turned `taking` on; the others
 * are told that there is nothing and look elsewhere, which is no loss, since before a worker parks it looks at `size`.
 *
 * `size` is raised before the task is put in and lowered after one was taken out, so it is never less than what is there: who
 * reads 0 after a task was put in, reads it after the task was taken out. Who reads more than there is looks once more.
 */

/// The run queue that all workers share: for tasks that are woken by other threads, and for what the workers' own
/// queues have no room for.
final class GlobalQueue {
    private final TaskQueue tasks = new TaskQueue();
    private final AtomicBoolean taking = new AtomicBoolean();
    private final AtomicInteger size = new AtomicInteger();

    /// Puts a task in. Called by any thread.
    void add(Task<?> task) {
        size.getAndIncrement();
        try {
            tasks.add(task);
        } catch (StackOverflowError end) {
            size.getAndDecrement(); // there is room: as much as for raising it
            throw end;
        }
    }

    /// Takes the oldest task out, and puts some that follow into a ring: a fair share of all there are among `workers`,
    /// and no more than half a ring. Called by the owner of the ring.
    @Nullable
    Task<?> poll(RunRing into, int capacity, int workers) {
        int there = size.get();
        if (there == 0 || !taking.compareAndSet(false, true)) {
            return null;
        }
        try {
            Task<?> first = tasks.poll();
            if (first == null) {
                return null;
            }
            int taken = 1;
            int room = capacity - into.size(); // thieves can only make it larger
            int share = Math.min(Math.min(there / workers + 1, capacity / 2), room + 1);
            while (taken < share) {
                Task<?> next = tasks.poll();
                if (next == null) {
                    break;
                }
                into.push(next);
                taken++;
            }
            size.getAndAdd(-taken);
            return first;
        } finally {
            taking.set(false);
        }
    }

    /// Takes the oldest task out.
    @Nullable
    Task<?> poll() {
        if (size.get() == 0 || !taking.compareAndSet(false, true)) {
            return null;
        }
        try {
            Task<?> first = tasks.poll();
            if (first != null) {
                size.getAndDecrement();
            }
            return first;
        } finally {
            taking.set(false);
        }
    }

    boolean isEmpty() {
        return size.get() == 0;
    }

    int size() {
        return size.get();
    }
}
