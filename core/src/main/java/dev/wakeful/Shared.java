// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Misuse;
import dev.wakeful.internal.Values;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One of the handles of a shared future: the places of those who await it through this handle.
///
/// An awaiter is told from others by its waker, which is the same for all polls of one await. Its place is remembered
/// also after it took the outcome or gave up, so that a later poll can be refused, but no longer than its waker lives.
final class Shared<T extends @Nullable Object> implements Future<T> {
    private final SharedCore core;
    private final ConcurrentHashMap<Object, Place> places = new ConcurrentHashMap<>(4);
    private final ReferenceQueue<Waker> forgotten = new ReferenceQueue<>();

    Shared(Future<T> source) {
        this(new SharedCore(source));
    }

    private Shared(SharedCore core) {
        this.core = core;
    }

    /// Where one awaiter stands.
    static final class Place extends WeakReference<Waker> {
        /// Waits for its first poll, or for the outcome.
        static final byte NEW = 0;

        static final byte WAITING = 1;
        static final byte TAKEN = 2;
        static final byte GIVEN_UP = 3;

        /// It was the last to give up, and winds the source down.
        static final byte CLOSING = 4;

        private final int hash;
        byte phase;

        /// The waker while the awaiter waits: keeps it reachable from the source.
        volatile @Nullable Waker waiting;

        private Place(Waker waker, ReferenceQueue<Waker> queue) {
            super(waker, queue);
            hash = System.identityHashCode(waker);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    /// A key that is equal to the place of a waker.
    private record Probe(Waker waker) {
        @Override
        public int hashCode() {
            return System.identityHashCode(waker);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place place && place.refersTo(waker);
        }
    }

    private Place place(Waker waker) {
        Place known = places.get(new Probe(waker));
        if (known != null) {
            return known;
        }
        for (Object dead = forgotten.poll(); dead != null; dead = forgotten.poll()) {
            places.remove(dead);
        }
        var place = new Place(waker, forgotten);
        places.put(place, place); // an awaiter is polled by one thread at a time, so nobody else puts the same
        return place;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        Object value = pollRaw(cx);
        return value == PENDING ? Poll.pending() : Poll.ready(Values.of(value));
    }

    @Override
    public @Nullable Object pollRaw(Context cx) throws Exception {
        Place place = place(cx.waker());
        if (place.phase > Place.WAITING) {
            throw Misuse.polledAfter(
                    place.phase == Place.TAKEN ? "returned Ready" : "been cancelled",
                    this,
                    "each await of a shared future needs a place of its own, which shared() gives");
        }
        return core.poll(place, cx);
    }

    @Override
    public Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
        return core.pollCancel(place(cx.waker()), cx) ? Poll.ready(null) : Poll.pending();
    }

    @Override
    public Future<T> shared() {
        return new Shared<>(core);
    }

    @Override
    public void describe(Description to) {
        core.describe(to);
    }

    @Override
    public String toString() {
        return Descriptions.label(this);
    }
}
