// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Description;
import dev.wakeful.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A group of members who come and go, and tasks that wait until nobody is in it.
///
/// A wait ends if the group was empty at any moment since its first poll, also when others have joined since.
///
/// ### Memory consistency
///
/// Actions before a member leaves happen-before what follows the end of a wait for that moment.
public final class WaitGroup extends RoundGate {
    private static final int SHIFT = 2;

    /// An empty group.
    public WaitGroup() {
        super(0);
    }

    /// Joins the group.
    ///
    /// @return the membership, to be closed
    public Member join() {
        leave(enter() + (1 << SHIFT));
        return new Member(this);
    }

    /// Waits until nobody is in the group.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future that is ready then
    public Future<@Nullable Void> empty() {
        return new Wait(this);
    }

    /// Waits on the calling thread until nobody is in the group. Not for use inside a task.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited
    public void emptyBlocking() throws InterruptedException {
        Blocking.awaitUnchecked(empty());
    }

    /// How many members there are now.
    ///
    /// @return the number
    public long size() {
        return word >>> SHIFT;
    }

    private void remove() {
        long left = enter() - (1 << SHIFT);
        if (left >>> SHIFT == 0) {
            endRound(left);
        } else {
            leave(left);
        }
    }

    @Override
    boolean passes(long word) {
        return word >>> SHIFT == 0;
    }

    @Override
    public String toString() {
        return "WaitGroup[" + size() + "]";
    }

    /// A membership.
    public static final class Member implements AutoCloseable {
        private final WaitGroup group;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Member(WaitGroup group) {
            this.group = group;
        }

        /// Leaves the group. A second call does nothing.
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                group.remove();
            }
        }
    }

    private static final class Wait extends RoundWaiter<@Nullable Void> {
        Wait(WaitGroup group) {
            super(group);
        }

        @Override
        @Nullable
        Object value() {
            return null;
        }

        @Override
        public void describe(Description to) {
            describe(to, "WaitGroup.empty", (gate.word >>> SHIFT) + " members to leave");
        }
    }
}
