// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// A place where a number of tasks wait for each other: the last to arrive releases all. It can be used again at once.
///
/// ### Memory consistency
///
/// Actions before an arrival happen-before what follows the release of the same generation.
public final class Barrier extends RoundGate {
    private final int parties;

    /// Arrivals of this generation. Under the guard.
    private int arrived;

    /// A barrier.
    ///
    /// @param parties how many arrivals release all
    public Barrier(int parties) {
        super(0);
        if (parties <= 0) {
            throw new IllegalArgumentException("parties must be positive, but was " + parties);
        }
        this.parties = parties;
    }

    /// Arrives, with the first poll, and waits for the others.
    ///
    /// ### Cancel safety
    ///
    /// Costs the rendezvous (class E): the arrival stays counted, so the others are released with one task fewer, and
    /// arriving again counts twice.
    ///
    /// @return a future of `true` for one of each generation, the leader, and of `false` for the others
    public Future<Boolean> arrive() {
        return new Arrival(this);
    }

    /// Arrives and waits on the calling thread. Not for use inside a task.
    ///
    /// @return `true` for one of each generation, the leader
    /// @throws InterruptedException when the thread was interrupted while it waited; the arrival stays counted
    public boolean arriveBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(arrive());
    }

    private boolean arriveOrQueue(Arrival arrival, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        if (++arrived == parties) {
            arrived = 0;
            endRound(seen);
            return true;
        }
        queue(arrival, waker, task);
        leave(seen | WAITERS);
        return false;
    }

    @Override
    boolean passes(long word) {
        return false;
    }

    @Override
    public String toString() {
        return "Barrier[" + arrived + " of " + parties + "]";
    }

    private static final class Arrival extends RoundWaiter<Boolean> {
        private final Barrier barrier;
        private boolean leader;

        Arrival(Barrier barrier) {
            super(barrier);
            this.barrier = barrier;
        }

        @Override
        @Nullable
        Object step(Context cx) throws Exception {
            if (phase == IDLE && !leader) {
                leader = barrier.arriveOrQueue(this, cx.waker(), cx.task());
                if (!leader) {
                    return PENDING;
                }
            } else if (phase == QUEUED && stillQueued(barrier, cx)) {
                return PENDING;
            }
            return spend(cx) ? value() : PENDING;
        }

        @Override
        Object value() {
            return leader;
        }

        @Override
        public void describe(Description to) {
            describe(to, "Barrier.arrive", barrier.parties - barrier.arrived + " more arrivals");
        }
    }
}
