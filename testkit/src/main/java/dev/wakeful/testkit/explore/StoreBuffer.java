// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/*
 * Stores below full strength wait here, as in the store buffer of a processor (total store order: Owens, Sarkar and Sewell,
 * "A better x86 memory model: x86-TSO", 2009). The thread itself reads what it has stored; others see a store only when it
 * was flushed, oldest first, which is a step that the search places anywhere. What has full strength, and what parks or takes
 * a monitor, waits until the buffer is empty.
 *
 * No read is intercepted for this. One thread of a model runs at a time, so while it runs its stores are in memory, and when
 * it is suspended what was there before is put back.
 */

/// The stores of one thread that others cannot see yet.
final class StoreBuffer extends Actor {
    /// As an actor it stands behind all threads.
    static final int FIRST = Model.MAX_THREADS;

    /// A thread that has so many waiting flushes one before the next.
    static final int CAPACITY = 4;

    final ModelThread thread;
    private final ArrayDeque<Store> stores = new ArrayDeque<>(CAPACITY);

    private static final class Store {
        private final Place place;
        private final @Nullable Object value;
        private final int @Nullable [] publishes;
        private @Nullable Object before;

        Store(Place place, @Nullable Object value, int @Nullable [] publishes) {
            this.place = place;
            this.value = value;
            this.publishes = publishes;
        }
    }

    StoreBuffer(ModelThread thread) {
        super(FIRST + thread.index, Step.FLUSH);
        this.thread = thread;
    }

    boolean isEmpty() {
        return stores.isEmpty();
    }

    boolean isFull() {
        return stores.size() >= CAPACITY;
    }

    /// Called by the thread, which sees the store at once.
    ///
    /// @param publishes what whoever reads the value knows with it, or `null` for nothing
    void add(Place place, @Nullable Object value, int @Nullable [] publishes) {
        var store = new Store(place, value, publishes);
        stores.addLast(store);
        apply(store);
        announce();
    }

    private static void apply(Store store) {
        store.before = store.place.read();
        store.place.write(store.value);
    }

    /// The thread goes on.
    void apply() {
        stores.forEach(StoreBuffer::apply);
    }

    /// The thread is suspended.
    void undo() {
        for (Iterator<Store> newest = stores.descendingIterator(); newest.hasNext(); ) {
            Store store = newest.next();
            store.place.write(store.before);
        }
    }

    /// The oldest store reaches memory.
    void flush(@Nullable Races races) {
        Store oldest = stores.removeFirst();
        oldest.place.write(oldest.value);
        if (races != null && oldest.publishes != null) {
            races.flushed(oldest.place.target(), oldest.place.field(), oldest.publishes);
        }
        announce();
    }

    private void announce() {
        Store oldest = stores.peekFirst();
        target = oldest == null ? null : oldest.place.target();
        field = oldest == null ? null : oldest.place.field();
    }

    @Override
    public String toString() {
        return "memory";
    }
}
