// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A walk over the tasks of an executor that is made a few steps at a time, while they go on. Depth first, so that it
/// keeps but a few tasks in hand, however many there are. It may miss tasks: those behind one that was taken out of its
/// list meanwhile are for the next walk.
final class TaskWalk {
    private final Deque<Task<?>> ahead = new ArrayDeque<>();

    /// Begins at the latest tasks.
    void begin(TaskList tasks) {
        ahead.clear();
        tasks.forEachNewest(this::push);
    }

    /// The next task, which may have ended; `null` at the end.
    @Nullable
    Task<?> next() {
        Task<?> task = ahead.poll();
        if (task != null) {
            push(LinkedTasks.before(task));
            task.forEachScopeWithChildren(scope -> push(scope.children().newest()));
        }
        return task;
    }

    boolean isAtItsEnd() {
        return ahead.isEmpty();
    }

    /// Lets go of the tasks in hand.
    void stop() {
        ahead.clear();
    }

    private void push(@Nullable Task<?> task) {
        if (task != null) {
            ahead.push(task);
        }
    }
}
