// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Description;
import dev.wakeful.Future;
import org.jspecify.annotations.Nullable;

/// A count that goes down to zero once, and that any number of tasks wait for.
///
/// ### Memory consistency
///
/// Actions before a count-down happen-before what follows the end of a wait.
public final class CountDownLatch extends RoundGate {
    private static final int SHIFT = 2;

    /// A latch.
    ///
    /// @param count how many count-downs it takes
    public CountDownLatch(int count) {
        super((long) count << SHIFT);
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative, but was " + count);
        }
    }

    /// Counts down by one; does nothing at zero.
    public void countDown() {
        long seen = enter();
        long count = seen >>> SHIFT;
        if (count == 1) {
            endRound(seen - (1 << SHIFT));
        } else {
            leave(count == 0 ? seen : seen - (1 << SHIFT));
        }
    }

    /// Waits until the count is zero.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future that is ready then
    public Future<@Nullable Void> zero() {
        return new Wait(this);
    }

    /// Waits on the calling thread until the count is zero. Not for use inside a task.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited
    public void zeroBlocking() throws InterruptedException {
        Blocking.awaitUnchecked(zero());
    }

    /// How many count-downs are missing now.
    ///
    /// @return the number
    public long count() {
        return word >>> SHIFT;
    }

    @Override
    boolean passes(long word) {
        return word >>> SHIFT == 0;
    }

    @Override
    public String toString() {
        return "CountDownLatch[" + count() + "]";
    }

    private static final class Wait extends RoundWaiter<@Nullable Void> {
        Wait(CountDownLatch latch) {
            super(latch);
        }

        @Override
        @Nullable
        Object value() {
            return null;
        }

        @Override
        public void describe(Description to) {
            describe(to, "CountDownLatch.zero", (gate.word >>> SHIFT) + " more count-downs");
        }
    }
}
