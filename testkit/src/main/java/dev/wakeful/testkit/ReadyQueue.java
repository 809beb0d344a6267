// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.task.Task;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The tasks that are ready, oldest first; any of them can be taken out. A ring, so that taking the oldest costs
/// nothing.
final class ReadyQueue {
    private @Nullable Task<?>[] ring = new Task<?>[16];
    private int head;
    private int size;

    int size() {
        return size;
    }

    void add(Task<?> task) {
        if (size == ring.length) {
            grow();
        }
        ring[index(size++)] = task;
    }

    Task<?> at(int position) {
        return Objects.requireNonNull(ring[index(position)]);
    }

    /// Takes out the task at `position`; those before it keep their order.
    Task<?> take(int position) {
        Task<?> taken = at(position);
        for (int i = position; i > 0; i--) {
            ring[index(i)] = ring[index(i - 1)];
        }
        ring[head] = null;
        head = index(1);
        size--;
        return taken;
    }

    private int index(int position) {
        return (head + position) & (ring.length - 1);
    }

    private void grow() {
        @Nullable Task<?>[] larger = new Task<?>[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[index(i)];
        }
        ring = larger;
        head = 0;
    }
}
