// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A condition: who waits has given up the lock, who goes on has it, and a signal for one reaches one that is not
/// cancelled.
public final class ConditionScenario extends Scenario {
    private final Set<InFlight> locks = new LinkedHashSet<>();
    private final Set<InFlight> waits = new LinkedHashSet<>();

    /// Those of the waits that have not got a signal, oldest first.
    private final ArrayDeque<InFlight> queue = new ArrayDeque<>();

    /// Those that got a signal for one, which must not be lost with them.
    private final Set<InFlight> alone = new HashSet<>();

    private final ArrayList<Mutex.Guard> stale = new ArrayList<>();
    private Mutex mutex = new Mutex();
    private Condition condition = mutex.newCondition();
    private Mutex.@Nullable Guard held;

    private boolean finishing;

    public ConditionScenario() {}

    @Override
    protected void begin() {
        mutex = watched(new Mutex("it"));
        condition = mutex.newCondition();
        watched(condition.gate());
        locks.clear();
        waits.clear();
        stale.clear();
        held = null;
        queue.clear();
        alone.clear();
        finishing = false;
    }

    @Override
    protected void step() throws Exception {
        switch (random(8)) {
            case 0, 1 -> {
                InFlight started = start("lock", mutex.lock());
                if (inFlight().contains(started)) {
                    locks.add(started);
                }
            }
            case 2 -> await();
            case 3 -> unlock();
            case 4 -> {
                signalled();
                condition.signal();
            }
            case 5 -> {
                if (random(3) == 0) {
                    queue.clear();
                    condition.signalAll();
                } else {
                    Mutex.Guard old = pick(stale);
                    if (old != null) {
                        old.close(); // again
                    }
                }
            }
            default -> stir();
        }
    }

    private void await() throws Exception {
        Mutex.Guard guard = held;
        if (guard != null) {
            held = null;
            stale.add(guard);
            InFlight started = start("await", condition.awaitSignal(guard));
            expect(inFlight().contains(started), "a wait ended without a signal");
            waits.add(started);
            queue.add(started);
        }
    }

    /// The model's signal for one.
    private void signalled() {
        InFlight first = queue.poll();
        if (first != null) {
            alone.add(first);
        }
    }

    private void unlock() {
        if (held != null) {
            stale.add(held);
            held.close();
            held = null;
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        expect(held == null, "two holders");
        held = (Mutex.Guard) value;
        expect(!queue.contains(done), done + " went on without a signal");
        waits.remove(done);
        alone.remove(done);
        locks.remove(done);
    }

    @Override
    protected void cancelled(InFlight gone) {
        locks.remove(gone);
        waits.remove(gone);
        queue.remove(gone);
        if (alone.remove(gone)) {
            signalled();
        }
    }

    @Override
    protected void check() {
        expect(
                condition.waiters().equals(List.copyOf(queue)),
                condition.waiters() + " wait for a signal, not " + queue);
        expect(held == null || mutex.isLocked(), "held and free");
        if (held == null && mutex.isLocked()) {
            expect(
                    locks.stream().anyMatch(InFlight::woken) || waits.stream().anyMatch(InFlight::woken),
                    "locked by nobody, and nobody was woken to take it");
        }
    }

    @Override
    protected void finish() throws Exception {
        finishing = true;
        do {
            unlock();
            settle();
        } while (held != null);
        queue.clear();
        condition.signalAll();
        settle();
        while (held != null) {
            unlock();
            settle();
        }
    }

    @Override
    protected boolean mayStay(InFlight left) {
        return !finishing;
    }
}
