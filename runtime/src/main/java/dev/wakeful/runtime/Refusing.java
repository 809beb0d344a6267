// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The executor of tasks that were spawned when it was too late: they are cancelled before their first poll.
final class Refusing implements TaskExecutor {
    private final AtomicLong refused = new AtomicLong();

    @Override
    public void schedule(Task<?> task) {
        // such a task is run once, by who made it, and that run ends it
    }

    @Override
    public <V> @Nullable V find(Context.Key<V> key) {
        return null;
    }

    @Override
    public long nextTaskId() {
        return -refused.incrementAndGet();
    }

    @Override
    public void ended(Task<?> task) {}
}
