// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says to a waiting task that something happened. It carries no value; what happened is for the task to look at.
///
/// ```java
/// while (queue.isEmpty()) {
///     await(notify.notified()); // producer: queue.add(x); notify.notifyOne();
/// }
/// ```
///
/// A notification for one that finds nobody is stored, one at most, for the next who waits. So looking and then waiting
/// misses nothing when one task waits. Where several wait and all are to be notified, enable the wait before looking.
///
/// ### Memory consistency
///
/// Actions before a notification happen-before the poll that receives it.
public final class Notify extends RoundGate {
    /// A notification is stored. Set only while nobody waits.
    private static final long PERMIT = 1 << 2;

    private final String name;

    /// Without a name.
    public Notify() {
        this("");
    }

    /// With a name.
    ///
    /// @param name what dumps and reports call it
    public Notify(String name) {
        super(0);
        this.name = Names.checked(name);
    }

    /// Waits for a notification: takes the stored one, or waits in the order of first polls.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B). A notification for one that was received and not observed goes to the
    /// next.
    ///
    /// @return a future that is ready when it was notified
    public Notified notified() {
        return new Wait(this);
    }

    /// Waits for a notification on the calling thread. Not for use inside a task.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited
    public void notifiedBlocking() throws InterruptedException {
        Blocking.awaitUnchecked(notified());
    }

    /// Notifies the waiter that has waited longest, or stores the notification if nobody waits.
    public void notifyOne() {
        notifyOne(false);
    }

    /// Notifies the waiter that came last, or stores the notification if nobody waits.
    public void notifyLast() {
        notifyOne(true);
    }

    /// Notifies all who wait: those whose first poll or [Notified#enable()] came before this call. Stores nothing.
    public void notifyAllWaiting() {
        endRound(enter());
    }

    private void notifyOne(boolean last) {
        long seen = word;
        if ((seen & (WAITERS | GUARD)) == 0 && change(seen, seen | PERMIT)) {
            return; // written also when it is set: who takes it must see what came before this call
        }
        Waker woken = null;
        seen = enter();
        Wait waiter = (Wait) (last ? waiters.pollLast() : waiters.poll());
        if (waiter == null) {
            seen |= PERMIT;
        } else {
            waiter.passOn = last ? Pass.LAST : Pass.ONE;
            woken = waiter.settled(Waiter.GRANTED);
        }
        leave(withWaiters(seen, waiters));
        Waiter.wake(woken);
    }

    @Override
    boolean passes(long word) {
        return (word & PERMIT) != 0;
    }

    /// Takes the stored notification.
    private boolean tryTake() {
        for (int turn = 0; ; turn++) {
            long seen = word;
            if ((seen & PERMIT) == 0) {
                return false;
            }
            if ((seen & GUARD) != 0) {
                pause(turn);
            } else if (change(seen, seen & ~PERMIT)) {
                return true;
            }
        }
    }

    private boolean takeOrQueue(Wait wait, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        if ((seen & PERMIT) != 0) {
            leave(seen & ~PERMIT);
            return true;
        }
        queue(wait, waker, task);
        leave(seen | WAITERS);
        return false;
    }

    /// Who waits, in order. For dumps and tests: it may have changed meanwhile.
    ///
    /// @return the tasks and threads; those polled by hand are left out
    public List<TaskRef> waiters() {
        return waiting();
    }

    @Override
    public String toString() {
        return Names.of("Notify", name, (word & PERMIT) != 0 ? "notified" : "");
    }

    /// A wait for a notification.
    public sealed interface Notified extends Future<@Nullable Void> {
        /// Takes its place among those who wait, as its first poll would, so that a notification from here on counts.
        /// The future is polled afterwards, or wound down.
        ///
        /// @return whether it is notified already
        boolean enable();
    }

    private enum Pass {
        NOT,
        ONE,
        LAST
    }

    private static final class Wait extends RoundWaiter<@Nullable Void> implements Notified {
        private final Notify notify;

        /// A notification for one, which another must get if this is wound down. Under the guard until granted.
        private Pass passOn = Pass.NOT;

        private boolean enabling;

        Wait(Notify notify) {
            super(notify);
            this.notify = notify;
        }

        @Override
        @Nullable
        Object step(Context cx) {
            if (phase == IDLE && passOn == Pass.NOT) {
                if (!notify.tryTake() && !notify.takeOrQueue(this, cx.waker(), cx.task())) {
                    return PENDING;
                }
                passOn = Pass.ONE;
            } else if (phase == QUEUED && stillQueued(gate, cx)) {
                return PENDING;
            }
            return !enabling && spend(cx) ? null : PENDING;
        }

        @Override
        public boolean enable() {
            enabling = true;
            try {
                poll(Context.of(Waker.noop()));
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError("a wait fails with nothing checked", e);
            } finally {
                enabling = false;
            }
            return phase == GRANTED || (phase == IDLE && passOn != Pass.NOT);
        }

        @Override
        @Nullable
        Object value() {
            return null;
        }

        @Override
        void abandon() {
            if (!notify.forget(this) && passOn != Pass.NOT) {
                boolean last = passOn == Pass.LAST;
                passOn = Pass.NOT;
                notify.notifyOne(last);
            }
        }

        @Override
        public void describe(Description to) {
            describe(to, Names.of("Notify.notified", notify.name, ""), Names.of("notification", notify.name));
        }
    }
}
