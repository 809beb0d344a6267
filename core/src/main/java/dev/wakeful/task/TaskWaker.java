// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// The waker of a task, made when it is first asked for and cut off from the task when that has ended, so that a waker
/// that somebody keeps retains neither the machine nor the result.
///
/// While a task is idle, whether this object is reachable from anywhere but the task tells whether it can ever be
/// woken.
final class TaskWaker implements Waker {
    private volatile @Nullable Task<?> task;

    TaskWaker(Task<?> task) {
        this.task = task;
    }

    @Override
    public void wake() {
        Task<?> woken = task;
        if (woken != null) {
            woken.notifyTask();
        }
    }

    @Nullable
    Task<?> task() {
        return task;
    }

    void cut() {
        task = null;
    }

    @Override
    public String toString() {
        return "Waker[" + task + "]";
    }
}
