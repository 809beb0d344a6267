// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.TaskRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of [Waiter]s, oldest first, linked through themselves. Touched under the guard of its [Gate] only.
final class WaiterList {
    private @Nullable Waiter<?> first;
    private @Nullable Waiter<?> last;
    private int size;

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }

    /// The waiter that is next, which stays linked.
    @Nullable
    Waiter<?> peek() {
        return first;
    }

    void add(Waiter<?> waiter) {
        Waiter<?> before = last;
        waiter.previous = before;
        waiter.next = null;
        last = waiter;
        if (before == null) {
            first = waiter;
        } else {
            before.next = waiter;
        }
        size++;
    }

    void addFirst(Waiter<?> waiter) {
        Waiter<?> after = first;
        waiter.previous = null;
        waiter.next = after;
        first = waiter;
        if (after == null) {
            last = waiter;
        } else {
            after.previous = waiter;
        }
        size++;
    }

    /// Unlinks a waiter that is in this list.
    void remove(Waiter<?> waiter) {
        Waiter<?> before = waiter.previous;
        Waiter<?> after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
    }

    /// Unlinks the oldest.
    @Nullable
    Waiter<?> poll() {
        Waiter<?> oldest = first;
        if (oldest != null) {
            remove(oldest);
        }
        return oldest;
    }

    /// Unlinks the newest.
    @Nullable
    Waiter<?> pollLast() {
        Waiter<?> newest = last;
        if (newest != null) {
            remove(newest);
        }
        return newest;
    }

    /// Who waits in `gate` in this list, oldest first; waiters that are polled by hand are left out.
    List<TaskRef> tasks(Gate gate) {
        while (true) {
            int room = size + 8; // a guess without the guard; nothing is allocated under it
            var found = new @Nullable TaskRef[room];
            long word = gate.enter();
            int count = 0;
            boolean fits = size <= room;
            if (fits) {
                for (Waiter<?> waiter = first; waiter != null; waiter = waiter.next) {
                    found[count++] = waiter.task;
                }
            }
            gate.leave(word);
            if (fits) {
                return known(found, count);
            }
        }
    }

    private static List<TaskRef> known(@Nullable TaskRef[] found, int count) {
        var tasks = new ArrayList<TaskRef>(count);
        for (int i = 0; i < count; i++) {
            TaskRef task = found[i];
            if (task != null) {
                tasks.add(task);
            }
        }
        return tasks;
    }

    /// Waiters that were unlinked to be woken, oldest first, linked through `next`. A local of the one who wakes them.
    static final class Chain {
        private @Nullable Waiter<?> first;
        private @Nullable Waiter<?> last;
        private int size;

        /// Under the guard: settles an unlinked waiter and puts it at the end.
        void add(Waiter<?> waiter, int phase) {
            if (last == null) {
                first = waiter;
            } else {
                last.next = waiter;
            }
            last = waiter;
            size++;
            waiter.settledInChain(phase);
        }

        boolean isFull() {
            return size >= Gate.BATCH;
        }

        /// After the guard was left: wakes them, and is empty again.
        void wake() {
            Waiter<?> woken = first;
            first = null;
            last = null;
            size = 0;
            Waiter.wakeAll(woken);
        }
    }
}
