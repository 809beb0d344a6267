// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stress;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An executor that only queues: the actors and the arbiter run what it has.
final class Steps implements TaskExecutor {
    private final ConcurrentLinkedQueue<Task<?>> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ids = new AtomicInteger();

    <T extends @Nullable Object> Task<T> spawn(Future<T> future) {
        var task = new Task<>(this, "", future);
        task.start();
        return task;
    }

    @Override
    public void schedule(Task<?> task) {
        ready.add(task);
    }

    void step() {
        Task<?> task = ready.poll();
        if (task != null) {
            task.run();
        }
    }

    void runAll() {
        for (Task<?> task = ready.poll(); task != null; task = ready.poll()) {
            task.run();
        }
    }

    @Override
    public <V> @Nullable V find(Context.Key<V> key) {
        return null;
    }

    @Override
    public long nextTaskId() {
        return ids.incrementAndGet();
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
