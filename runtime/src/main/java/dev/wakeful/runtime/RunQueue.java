// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import org.jspecify.annotations.Nullable;

/// A first-in, first-out queue of tasks that one thread uses. A ring that doubles when it is full.
final class RunQueue {
    private @Nullable Task<?>[] ring = new Task<?>[256];
    private int head;
    private int tail;

    void add(Task<?> task) {
        if (tail - head == ring.length) {
            grow();
        }
        ring[tail++ & (ring.length - 1)] = task;
    }

    private void grow() {
        @Nullable Task<?>[] bigger = new Task<?>[ring.length * 2];
        int count = tail - head;
        for (int i = 0; i < count; i++) {
            bigger[i] = ring[(head + i) & (ring.length - 1)];
        }
        ring = bigger;
        head = 0;
        tail = count;
    }

    /// The task that is polled next, or null when there is none.
    @Nullable
    Task<?> peek() {
        return ring[head & (ring.length - 1)];
    }

    @Nullable
    Task<?> poll() {
        if (head == tail) {
            return null;
        }
        int slot = head++ & (ring.length - 1);
        Task<?> task = ring[slot];
        ring[slot] = null; // the queue must not be what keeps a task reachable
        return task;
    }

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return tail - head;
    }
}
