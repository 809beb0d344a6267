// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/*
 * Why no task is lost. Producers swap themselves in at `top` by CAS, with the old top as their next; the consumer swaps the
 * whole stack out at once. A task is in one queue at most (see Task), so its link has one owner: the producer until its CAS
 * succeeds, then the queue, then the consumer from its swap on. The CAS publishes the link to the swap. There is no ABA,
 * because nothing is ever taken out from under a producer's expected top but the whole stack.
 */

/// A queue that many threads put tasks into and one takes them out of, first in, first out. It allocates nothing.
public final class TaskQueue {
    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(TaskQueue.class, "top", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// What was put in since the last swap, the latest first.
    private volatile @Nullable Task<?> top;

    /// What the consumer has swapped out, the oldest first.
    private @Nullable Task<?> taken;

    /// An empty queue.
    public TaskQueue() {}

    /// Puts a task in. Callable from any thread.
    ///
    /// @param task a task that is in no queue
    public void add(Task<?> task) {
        Task<?> old;
        do {
            old = top;
            task.nextQueued = old;
        } while (!TOP.compareAndSet(this, old, task));
    }

    /// Takes the oldest task out. Called by the consumer.
    ///
    /// @return the task, or `null` when the queue is empty
    public @Nullable Task<?> poll() {
        Task<?> first = taken;
        if (first == null) {
            first = swapOut();
            if (first == null) {
                return null;
            }
        }
        taken = first.nextQueued;
        first.nextQueued = null;
        return first;
    }

    private @Nullable Task<?> swapOut() {
        if (top == null) {
            return null;
        }
        Task<?> oldest = null;
        for (Task<?> at = (Task<?>) TOP.getAndSet(this, null); at != null; ) {
            Task<?> older = at.nextQueued;
            at.nextQueued = oldest;
            oldest = at;
            at = older;
        }
        return oldest;
    }

    /// Whether there is nothing to take out. Called by the consumer.
    ///
    /// @return `true` when [#poll()] would give `null`
    public boolean isEmpty() {
        return taken == null && top == null;
    }
}
