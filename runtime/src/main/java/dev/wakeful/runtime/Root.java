// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import java.lang.ref.WeakReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The task that a thread is blocked in `blockOn` for.
///
/// It alone holds the task for that thread, and can hold it weakly for the length of a look at what is still reachable;
/// so the frames between `blockOn` and here keep neither the task nor the future in a variable.
final class Root {
    private volatile @Nullable Task<?> task;
    private @Nullable WeakReference<Task<?>> weak;
    private volatile @Nullable RuntimeException lost;
    private final Thread blocked;

    Root(Task<?> task, Thread blocked) {
        this.task = task;
        this.blocked = blocked;
    }

    boolean isFinished() {
        Task<?> held = task;
        return lost != null || (held != null && held.isFinished());
    }

    /// Has the thread that is blocked unparked when the task ends; called before the task starts.
    void unparkAtTheEnd() {
        Task<?> held = task;
        try {
            if (held != null) {
                held.join().pollRaw(Context.of(Waker.of(this::unpark)));
            }
        } catch (Exception e) {
            throw new IllegalStateException(held + " ended before it was started", e);
        }
    }

    /// Ends the wait for a task that will not end.
    void giveUp(String reason) {
        Task<?> held = task;
        if (held != null && !held.isFinished()) {
            lost = new CancelledException(held.toString(), reason);
            unpark();
        }
    }

    void unpark() {
        LockSupport.unpark(blocked);
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
            unpark();
        }
    }

    /// The outcome of a root that has finished.
    @Nullable
    Object result() throws Exception {
        Task<?> ended = task;
        RuntimeException gone = lost;
        if (gone != null) {
            throw gone;
        }
        if (ended == null) {
            throw new IllegalStateException("the root has not finished");
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
