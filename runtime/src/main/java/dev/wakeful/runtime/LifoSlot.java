// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/*
 * Every change is a read-modify-write of one variable, so each task that is put in comes out once: to the owner, who takes it
 * or replaces it, or to the one thief whose CAS finds it.
 */

/// The place beside a worker's run queue for the task that was woken last: it is likely to find in the cache what the
/// running task has just written, so it goes next.
final class LifoSlot {
    private final AtomicReference<@Nullable Task<?>> task = new AtomicReference<>();

    /// Puts a task in, and gives the one that was there. Called by the owner.
    @Nullable
    Task<?> put(Task<?> next) {
        return task.getAndSet(next);
    }

    /// Takes the task out. Called by any thread.
    @Nullable
    Task<?> take() {
        return task.get() == null ? null : task.getAndSet(null);
    }

    boolean isEmpty() {
        return task.get() == null;
    }
}
