// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.Shared.Place;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Unpolled;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/*
 * Why no awaiter hangs.
 *
 * The source is polled only when there is a reason, which is DIRTY: set at the start and by each wake of the source.
 * Whoever finds it on and nobody BUSY takes it off, becomes BUSY and polls; one word holds both bits, so there is one
 * driver at a time, and each of its polls happens-after the one before.
 *
 *   awaiter                              source's wake, or the driver with the outcome
 *   A1  put its waker in `waiting`       N1  state |= DIRTY (or the outcome and DONE)
 *   A2  read state: DONE -> take it,     N2  wake all in `waiting`
 *       DIRTY -> drive, else pending
 *
 * A1 is a write to a concurrent map, N1 and A2 touch one volatile word: if A2 misses N1, then A1 came before N2's walk,
 * which wakes it. If A2 sees DIRTY but also BUSY, the awaiter returns pending all the same: the driver, when it stops
 * being BUSY, sees DIRTY in that very step and then does N2. So a wake that comes during a poll reaches everybody, also
 * when the driver itself is given up before its task is polled again; driving is handed over by being woken.
 *
 * The number of awaiters that were polled and have neither taken the outcome nor given up stands in the same word. The
 * step that makes it zero before DONE sets CLOSED, so exactly one awaiter winds the source down, and none can join
 * meanwhile. The driver is counted itself, so nobody is BUSY then.
 */

/// What the handles of a shared future share.
final class SharedCore implements Waker {
    /// The source was woken, or was never polled. Cleared by the one who becomes BUSY.
    private static final long DIRTY = 1;

    /// An awaiter is polling the source.
    private static final long BUSY = 1 << 1;

    /// `value` or `failure` is there. Never cleared.
    private static final long DONE = 1 << 2;

    /// The last awaiter gave up. Never cleared, and never set together with DONE.
    private static final long CLOSED = 1 << 3;

    private static final long ONE_AWAITER = 1 << 4;

    private final AtomicLong state = new AtomicLong(DIRTY);
    private final Set<Place> waiting = ConcurrentHashMap.newKeySet(4);

    // Written by the driver; read by others after DONE.
    private @Nullable Future<?> source;
    private @Nullable Object value;
    private @Nullable Throwable failure;
    private @Nullable TaskRef firstDriver;

    SharedCore(Future<?> source) {
        this.source = source;
        if (Unpolled.isOn()) {
            Unpolled.polled(source); // it is for those who may come
        }
    }

    /// Wakes all who wait, because the source can make progress.
    @Override
    public void wake() {
        state.getAndUpdate(s -> s | DIRTY);
        wakeAll();
    }

    private void wakeAll() {
        for (Place place : waiting) {
            Waker waker = place.waiting;
            if (waker != null) {
                Wakers.wake(waker);
            }
        }
    }

    @Nullable
    Object poll(Place place, Context cx) throws Exception {
        if (place.phase == Place.NEW) {
            admit();
            place.phase = Place.WAITING;
        }
        place.waiting = cx.waker();
        waiting.add(place);
        while (true) {
            long seen = state.get();
            if ((seen & DONE) != 0) {
                return take(place);
            }
            if ((seen & (DIRTY | BUSY)) != DIRTY) {
                return Future.PENDING;
            }
            if (state.compareAndSet(seen, seen - DIRTY + BUSY)) {
                drive(cx);
            }
        }
    }

    private void admit() {
        long seen;
        do {
            seen = state.get();
            if ((seen & CLOSED) != 0) {
                throw new CancelledException("a shared future", "the last of those who awaited it gave up");
            }
        } while (!state.compareAndSet(seen, seen + ONE_AWAITER));
    }

    private void drive(Context cx) {
        var inner = new Driving(cx, this);
        Future<?> polled = Objects.requireNonNull(source);
        try {
            Object polledValue = polled.pollRaw(inner);
            if (polledValue == Future.PENDING) {
                if (!inner.wasAsked()) {
                    fail(new LostWakerException(neverAsked(polled, "those who share it")));
                } else if ((state.getAndUpdate(s -> s & ~BUSY) & DIRTY) != 0) {
                    wakeAll();
                }
                return;
            }
            value = polledValue;
            done();
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    private void fail(Throwable thrown) {
        failure = thrown;
        done();
    }

    private void done() {
        source = null;
        state.getAndUpdate(s -> (s | DONE) & ~(BUSY | DIRTY));
        wakeAll();
    }

    private @Nullable Object take(Place place) {
        leave(place, Place.TAKEN);
        if (failure != null) {
            throw Throwing.sneak(failure);
        }
        return value;
    }

    private void leave(Place place, byte phase) {
        place.phase = phase;
        waiting.remove(place);
        place.waiting = null;
    }

    /// One awaiter gives up; whether that is done.
    boolean pollCancel(Place place, Context cx) throws Exception {
        if (place.phase == Place.WAITING) {
            leave(place, Place.GIVEN_UP);
            long before = state.getAndUpdate(SharedCore::withoutOne);
            if ((before & DONE) == 0 && before >>> 4 == 1) {
                place.phase = Place.CLOSING;
            }
        } else if (place.phase == Place.NEW) {
            place.phase = Place.GIVEN_UP;
        }
        return place.phase != Place.CLOSING || close(place, cx);
    }

    private static long withoutOne(long state) {
        long rest = state - ONE_AWAITER;
        return (rest & DONE) == 0 && rest >>> 4 == 0 ? rest | CLOSED : rest;
    }

    private boolean close(Place place, Context cx) throws Exception {
        var inner = new Driving(cx, cx.waker());
        Future<?> closing = Objects.requireNonNull(source);
        boolean ended = true;
        try {
            ended = closing.pollCancel(inner).isReady();
        } finally {
            if (ended || !inner.wasAsked()) {
                place.phase = Place.GIVEN_UP;
                source = null;
            }
        }
        if (!ended && !inner.wasAsked()) {
            throw new LostWakerException(neverAsked(closing, "its clean-up"));
        }
        return ended;
    }

    private static String neverAsked(Future<?> silent, String waiting) {
        return Descriptions.label(silent)
                + " returned Pending without having asked for its waker, so nothing can ever wake " + waiting
                + "; take cx.waker() in the poll and wake it when there is progress";
    }

    /// The context of the source: it is owned by those who share it, in the name of the first one who drove it.
    private final class Driving extends Contexts.Asking {
        private final @Nullable TaskRef driver;

        Driving(Context cx, Waker waker) {
            super(cx);
            forChild(waker);
            driver = cx.task();
        }

        @Override
        public @Nullable TaskRef task() {
            if (firstDriver == null) {
                firstDriver = driver;
            }
            return firstDriver;
        }
    }

    void describe(Description to) {
        long seen = state.get();
        Future<?> shared = source;
        if ((seen & (DONE | CLOSED)) == 0 || shared != null) {
            to.label("shared[awaited by " + (seen >>> 4) + "]");
            if (shared != null) {
                to.child(shared);
            }
        } else {
            to.label((seen & DONE) != 0 ? "shared[done]" : "shared[cancelled]");
        }
    }
}
