// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A gate at which waiters are granted together: each knows the round in which it was queued, and the end of a round
/// grants those of that round and before, also when that takes several batches and others are queued meanwhile.
abstract class RoundGate extends Gate {
    final WaiterList waiters = new WaiterList();

    /// The current round. Under the guard.
    private long round;

    RoundGate(long word) {
        super(word);
    }

    /// Whether who comes now passes without waiting.
    abstract boolean passes(long word);

    /// The first poll: passes, or queues.
    final boolean passOrQueue(RoundWaiter<?> waiter, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        if (passes(seen)) {
            leave(seen);
            return true;
        }
        queue(waiter, waker, task);
        leave(seen | WAITERS);
        return false;
    }

    /// Under the guard: the waiter belongs to this round.
    final void queue(RoundWaiter<?> waiter, @Nullable Waker waker, @Nullable TaskRef task) {
        waiter.round = round;
        waiter.queued(waker, task);
        waiters.add(waiter);
    }

    /// Ends the round and leaves the guard, which is held, with `word`: all who were queued in it go on.
    final void endRound(long word) {
        long ended = round++;
        long seen = word;
        var granted = new WaiterList.Chain();
        while (true) {
            while (!granted.isFull() && waiters.peek() instanceof RoundWaiter<?> waiter && waiter.round <= ended) {
                waiters.remove(waiter);
                granted.add(waiter, Waiter.GRANTED);
            }
            boolean more = waiters.peek() instanceof RoundWaiter<?> waiter && waiter.round <= ended;
            leave(withWaiters(seen, waiters));
            granted.wake();
            if (!more) {
                return;
            }
            seen = enter();
        }
    }

    /// Takes a waiter out of the queue.
    ///
    /// @return `false` when it is not in it
    final boolean forget(RoundWaiter<?> waiter) {
        return unqueue(waiters, waiter);
    }

    final List<TaskRef> waiting() {
        return waiters.tasks(this);
    }
}
