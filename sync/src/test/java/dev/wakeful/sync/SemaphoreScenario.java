// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Available, held and assigned permits make the total at each step; requests of any size are served in order.
public final class SemaphoreScenario extends Scenario {
    private final ArrayDeque<InFlight> queue = new ArrayDeque<>();
    private final Map<InFlight, Integer> wanted = new HashMap<>();
    private final ArrayList<Semaphore.Permit> held = new ArrayList<>();
    private Semaphore semaphore = new Semaphore(0);
    private int total;
    private boolean closed;

    public SemaphoreScenario() {}

    @Override
    protected void begin() {
        total = random(6);
        semaphore = watched(new Semaphore(total));
        closed = false;
        queue.clear();
        wanted.clear();
        held.clear();
    }

    @Override
    protected void step() throws Exception {
        switch (random(12)) {
            case 0, 1 -> acquire(1 + random(4));
            case 2 -> tryAcquire(1 + random(3));
            case 3, 4 -> release();
            case 5 -> split();
            case 6 -> {
                int more = random(2);
                if (more > 0 && total < 8) {
                    total += more;
                    semaphore.addPermits(more);
                }
            }
            case 7 -> {
                if (random(4) == 0) {
                    total -= semaphore.forgetPermits(1);
                } else if (random(12) == 0) {
                    closed = true;
                    semaphore.close();
                }
            }
            default -> stir();
        }
    }

    private void acquire(int permits) throws Exception {
        int before = inFlight().size();
        pendingWanted = permits;
        InFlight started = start("acquire", semaphore.acquire(permits));
        if (inFlight().size() > before) {
            queue.add(started);
            wanted.put(started, permits);
        }
    }

    private int pendingWanted;

    private void tryAcquire(int permits) {
        try {
            Semaphore.Permit permit = semaphore.tryAcquire(permits);
            if (permit != null) {
                expect(!closed && permit.permits() == permits, "tryAcquire gave " + permit.permits());
                held.add(permit);
            }
        } catch (ClosedException e) {
            expect(closed, "not closed");
        }
    }

    private void release() {
        Semaphore.Permit permit = pick(held);
        if (permit != null) {
            held.remove(permit);
            if (random(8) == 0) {
                total -= permit.permits();
                permit.forget();
            }
            permit.close();
            permit.close();
        }
    }

    private void split() {
        Semaphore.Permit permit = pick(held);
        if (permit != null && permit.permits() > 1) {
            held.add(permit.split(1 + random(permit.permits() - 1)));
        } else if (held.size() > 1) {
            held.getFirst().merge(held.getLast());
            held.removeLast().close(); // it is empty
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        if (value instanceof Semaphore.Permit permit) {
            Integer asked = wanted.remove(done);
            expect(permit.permits() == (asked == null ? pendingWanted : asked), "got " + permit.permits());
            for (InFlight ahead : queue) {
                if (ahead == done) {
                    break;
                }
                expect(assigned(ahead) == wanted.getOrDefault(ahead, 0), done + " overtook " + ahead);
            }
            queue.remove(done);
            held.add(permit);
        }
    }

    @Override
    protected void failed(InFlight done, Exception failure) throws Exception {
        expect(closed && failure instanceof ClosedException, "failed with " + failure);
        queue.remove(done);
        wanted.remove(done);
    }

    @Override
    protected void cancelled(InFlight gone) {
        queue.remove(gone);
        wanted.remove(gone);
    }

    private static int assigned(InFlight waiting) {
        return ((Semaphore.Permit) waiting.future).permits();
    }

    @Override
    protected void check() {
        long counted = semaphore.availablePermits();
        for (Semaphore.Permit permit : held) {
            counted += permit.permits();
        }
        boolean partly = false;
        for (InFlight waiting : queue) {
            int assigned = assigned(waiting);
            int asked = wanted.getOrDefault(waiting, 0);
            counted += assigned;
            expect(!partly || assigned == 0, "permits are assigned past the head");
            partly |= assigned < asked;
            expect(assigned < asked || waiting.woken(), waiting + " has its permits and was not woken");
        }
        expect(counted == total, "of " + total + " permits there are " + counted);
        expect(!partly || closed || semaphore.availablePermits() == 0, "permits lie idle while somebody waits");
    }

    @Override
    protected void finish() throws Exception {
        if (random(3) == 0) {
            closed = true;
            semaphore.close();
        }
        while (!held.isEmpty()) {
            held.removeLast().close();
            settle();
        }
    }

    @Override
    protected boolean mayStay(InFlight left) {
        InFlight head = queue.peek();
        return !closed && head != null && wanted.getOrDefault(head, 0) > total;
    }
}
