// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/// The task that a thread is blocked in `blockOn` for.
///
/// It alone holds the task for that thread, and can hold it weakly for the length of a look at what is still reachable;
/// so the frames between `blockOn` and here keep neither the task nor the future in a variable.
final class Root {
    private volatile @Nullable Task<?> task;
    private @Nullable WeakReference<Task<?>> weak;
    private volatile @Nullable LostWakerException lost;

    Root(Task<?> task) {
        this.task = task;
    }

    boolean isFinished() {
        Task<?> held = task;
        return held != null ? held.isFinished() : lost != null;
    }

    boolean isOf(Task<?> other) {
        return task == other;
    }

    void abort(String reason) {
        Task<?> held = task;
        if (held != null) {
            held.abort(reason);
        }
    }

    void weaken() {
        weak = new WeakReference<>(task);
        task = null;
    }

    /// Holds the task strongly again, or, when it is gone, ends with what was found out about it before.
    void restore(String report) {
        Task<?> left = weak == null ? null : weak.get();
        weak = null;
        task = left;
        if (left == null) {
            lost = new LostWakerException(report);
        }
    }

    /// The outcome of a root that has finished.
    @Nullable
    Object result() throws Exception {
        Task<?> ended = task;
        if (ended == null) {
            LostWakerException gone = lost;
            throw gone == null ? new IllegalStateException("the root has not finished") : gone;
        }
        Object value = ended.pollRaw(Context.of(Waker.noop()));
        if (value == Future.PENDING) {
            throw new IllegalStateException(ended + " has not finished");
        }
        return value;
    }

    @Override
    public String toString() {
        return String.valueOf(task);
    }
}
