// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Why each task comes out once.
 *
 *   owner                                         taker: the owner or a thief
 *   O1  read head: room for one more?             T1  first = head; last = tail
 *   O2  slots[tail] = task                        T2  read slots[first], ... of what it wants
 *   O3  tail = tail + 1                           T3  CAS head first -> first + count; if it fails: T1
 *
 * `head` and `tail` only grow, and as longs they never come round again, so there is no ABA. Only the owner writes slots, and
 * O1 keeps it from a slot until head has passed it. So if T3 succeeds, head was `first` all along since T1, and what T2 read is
 * what O2 wrote for these places; O3 and T1 order the two. If T3 fails, what T2 read is thrown away.
 *
 * A thief puts what it takes beyond the tail of its own ring before T3, where nobody looks, and moves its tail after T3.
 *
 * Thieves must not clear the slots they took from, since the owner may have filled them again; the owner clears what it pops,
 * and everything when it has nothing to do.
 */

/// The run queue of one worker: a ring that its owner fills, and that the owner and thieves take out of, first in,
/// first out.
final class RunRing {
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(RunRing.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Task<?>[] slots;
    private volatile long head;
    private volatile long tail;

    /// @param capacity how many tasks it holds, a power of two, at least 2
    RunRing(int capacity) {
        if (capacity < 2 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two from 2 on, but was " + capacity);
        }
        this.slots = new Task<?>[capacity];
    }

    private int slot(long place) {
        return (int) place & (slots.length - 1);
    }

    /// Puts a task in; `false` when there is no room. Called by the owner.
    boolean push(Task<?> task) {
        long place = tail;
        if (place - head == slots.length) {
            return false;
        }
        slots[slot(place)] = task;
        tail = place + 1;
        return true;
    }

    /// Takes the oldest task out. Called by the owner.
    @Nullable
    Task<?> pop() {
        long first = head;
        while (first != tail) {
            Task<?> task = slots[slot(first)];
            if (HEAD.compareAndSet(this, first, first + 1)) {
                slots[slot(first)] = null; // the queue must not be what keeps a task reachable
                return task;
            }
            first = head;
        }
        return null;
    }

    /// Takes the oldest task out. Called by any thread.
    @Nullable
    Task<?> steal() {
        long first = head;
        while (first < tail) {
            Task<?> task = slots[slot(first)];
            if (HEAD.compareAndSet(this, first, first + 1)) {
                return task;
            }
            first = head;
        }
        return null;
    }

    /// Takes half of the tasks out, the older half and at least one: gives the oldest and puts the others into `into`.
    /// Called by the owner of `into`, which has room for half a ring.
    @Nullable
    Task<?> stealHalf(RunRing into) {
        while (true) {
            long first = head;
            long size = tail - first;
            if (size <= 0) {
                return null;
            }
            int count = (int) Math.min(size - size / 2, slots.length / 2);
            Task<?> oldest = slots[slot(first)];
            for (int i = 1; i < count; i++) {
                into.slots[into.slot(into.tail + i - 1)] = slots[slot(first + i)];
            }
            if (HEAD.compareAndSet(this, first, first + count)) {
                long end = into.tail;
                into.tail = end + count - 1; // no update is lost: only the owner writes the tail
                return oldest;
            }
        }
    }

    /// Moves the older half of a full ring to `global`. Called by the owner.
    void overflow(GlobalQueue global) {
        StackRoom.forAStep(); // what is out of here and not there yet would be in no queue
        long first = head;
        int count = slots.length / 2;
        if (tail - first >= count && HEAD.compareAndSet(this, first, first + count)) {
            for (int i = 0; i < count; i++) {
                Task<?> task = slots[slot(first + i)];
                slots[slot(first + i)] = null;
                if (task != null) {
                    global.add(task);
                }
            }
        } // else thieves have just made room
    }

    /// Forgets the tasks that were taken out. Called by the owner when the ring is empty.
    void clear() {
        Arrays.fill(slots, null);
    }

    boolean isEmpty() {
        return head >= tail;
    }

    /// How many tasks there are, at some moment of the call or near it.
    int size() {
        return (int) Math.max(0, tail - head);
    }
}
