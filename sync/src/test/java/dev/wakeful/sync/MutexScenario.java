// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// At most one holder, first come first served, and a lock that is free only while nobody waits.
public final class MutexScenario extends Scenario {
    private final ArrayDeque<InFlight> queue = new ArrayDeque<>();
    private final ArrayList<Mutex.Guard> closed = new ArrayList<>();
    private Mutex mutex = new Mutex();
    private Mutex.@Nullable Guard held;

    public MutexScenario() {}

    @Override
    protected void begin() {
        mutex = watched(new Mutex("it"));
        held = null;
        queue.clear();
        closed.clear();
    }

    @Override
    protected void step() throws Exception {
        switch (random(6)) {
            case 0 -> {
                var future = mutex.lock();
                int before = inFlight().size();
                start("lock", future);
                if (inFlight().size() > before) {
                    queue.add(inFlight().getLast());
                }
            }
            case 1 -> {
                Mutex.Guard guard = mutex.tryLock();
                expect(guard == null || held == null && queue.isEmpty(), "tryLock overtook");
                expect(guard != null || held != null || !queue.isEmpty(), "tryLock failed on a free lock");
                held = guard == null ? held : guard;
            }
            case 2 -> unlock();
            case 3 -> {
                Mutex.Guard guard = pick(closed);
                if (guard != null) {
                    guard.close(); // again
                }
            }
            default -> stir();
        }
    }

    private void unlock() {
        if (held != null) {
            closed.add(held);
            held.close();
            held = null;
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        expect(held == null, "two holders");
        expect(queue.isEmpty() || queue.peek() == done, done + " overtook " + queue.peek());
        queue.poll();
        held = (Mutex.Guard) value;
        expect(mutex.owner() == done, "the owner is " + mutex.owner() + ", not " + done);
    }

    @Override
    protected void cancelled(InFlight gone) {
        queue.remove(gone);
    }

    @Override
    protected void check() {
        expect(
                mutex.isLocked() == (held != null || !queue.isEmpty()),
                "locked by nobody, or free while somebody waits");
        if (held == null && !queue.isEmpty()) {
            expect(mutex.owner() == queue.peek(), "the owner is not the one it was handed to");
            expect(queue.element().woken(), queue.peek() + " was handed the lock and not woken");
        }
        int waiting = held == null && !queue.isEmpty() ? queue.size() - 1 : queue.size();
        expect(mutex.waiters().size() == waiting, "the waiters are " + mutex.waiters());
    }

    @Override
    protected void finish() throws Exception {
        while (held != null) {
            unlock();
            settle();
        }
    }
}
