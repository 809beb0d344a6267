// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.internal.Begun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A lock that a task can hold across an await: one holder at a time, first come, first served.
///
/// ```java
/// try (var guard = await(mutex.lock())) {
///     balance = await(store.load());
///     await(store.save(balance + amount));
/// }
/// ```
///
/// The order of acquisition is the order of first polls. The lock is handed over: it belongs to the next in the queue
/// from the moment it is released, also before that one is polled; [#owner()] and dumps say so. It is not reentrant: a
/// task that locks twice waits for itself, and is reported as such. There is no poisoning: a section that failed
/// releases the lock like any other.
///
/// ### Memory consistency
///
/// Actions before a guard is closed happen-before what follows the next acquisition.
public final class Mutex extends Gate {
    /*
     * word = ticket | LOCKED | WAITERS | GUARD. The ticket counts acquisitions; a guard knows its own. So closing a guard
     * is one CAS from exactly the word that its acquisition left, and closing it again, from whichever thread, finds
     * another ticket or the lock free, and does nothing. WAITERS is set only while LOCKED is.
     */
    private static final long LOCKED = 1 << 2;
    private static final long TICKET = 1 << 3;

    private final String name;
    private final WaiterList waiters = new WaiterList();

    /// For those who look: written without a fence after the acquisition, so a glance from another thread may be late.
    private @Nullable TaskRef holder;

    /// A lock without a name.
    public Mutex() {
        this("");
    }

    /// A lock.
    ///
    /// @param name what dumps and reports call it
    public Mutex(String name) {
        super(0);
        this.name = Names.checked(name);
    }

    /// Acquires the lock, waiting for its turn.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B). A lock that was handed over and not taken goes to the next.
    ///
    /// ### Memory consistency
    ///
    /// Actions before the previous guard was closed happen-before the poll that is ready.
    ///
    /// @return a future of the guard, to be closed
    public Future<Guard> lock() {
        return new Lock(this);
    }

    /// Acquires the lock if it is free.
    ///
    /// @return the guard, or `null` when somebody holds the lock or waits for it
    public @Nullable Guard tryLock() {
        var lock = new Lock(this);
        return tryTake(lock) ? lock : null;
    }

    /// Acquires the lock on the calling thread, which waits in the same queue as the tasks do. Not for use inside a
    /// task.
    ///
    /// @return the guard, to be closed
    /// @throws InterruptedException when the thread was interrupted while it waited; the lock is not held then
    public Guard lockBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(lock());
    }

    /// Makes a condition on what this lock guards.
    ///
    /// @return the condition
    public Condition newCondition() {
        return new Condition(this);
    }

    /// Whether somebody holds the lock.
    ///
    /// @return `true` from an acquisition until the release that finds nobody waiting
    public boolean isLocked() {
        return (word & LOCKED) != 0;
    }

    /// Who holds the lock, or was handed it. For dumps and tests: it may have changed meanwhile.
    ///
    /// @return the task or thread, or `null` when the lock is free or its holder was polled by hand
    public @Nullable TaskRef owner() {
        return isLocked() ? holder : null;
    }

    /// Who waits for the lock, in order. For dumps and tests: it may have changed meanwhile.
    ///
    /// @return the tasks and threads; those polled by hand are left out
    public List<TaskRef> waiters() {
        return waiters.tasks(this);
    }

    @Override
    public String toString() {
        TaskRef owner = owner();
        return Names.of("Mutex", name, (isLocked() ? "locked" : "free") + (owner == null ? "" : " by " + owner));
    }

    /// Whether `guard` holds this lock now.
    boolean isHeldBy(Guard guard) {
        return guard.mutex() == this && guard instanceof Lock lock && (word & ~(WAITERS | GUARD)) == lock.ticket;
    }

    private boolean tryTake(Lock lock) {
        for (int turn = 0; ; turn++) {
            long seen = word;
            if ((seen & LOCKED) != 0) {
                return false;
            }
            if ((seen & GUARD) != 0) {
                pause(turn);
            } else if (change(seen, (seen + TICKET) | LOCKED)) {
                taken(lock, seen + TICKET);
                return true;
            }
        }
    }

    private void taken(Lock lock, long ticket) {
        lock.ticket = ticket | LOCKED;
        holder = lock.task;
    }

    /// Takes the lock if it is free, else queues.
    private boolean takeOrQueue(Lock lock, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        if ((seen & LOCKED) == 0) {
            taken(lock, seen + TICKET);
            leave((seen + TICKET) | LOCKED);
            return true;
        }
        lock.queued(waker, task);
        waiters.add(lock);
        leave(seen | WAITERS);
        return false;
    }

    private void unlock(Lock lock) {
        long held = lock.ticket;
        if (word == held) {
            holder = null;
            if (change(held, held & ~LOCKED)) {
                return;
            }
        }
        long seen = enter();
        if ((seen & ~WAITERS) != held) {
            leave(seen); // this guard was closed before
            return;
        }
        Waker woken = null;
        Lock next = (Lock) waiters.poll();
        holder = next == null ? null : next.task;
        if (next == null) {
            leave(held & ~LOCKED);
        } else {
            next.ticket = held + TICKET;
            woken = next.settled(Waiter.GRANTED);
            leave(withWaiters(held + TICKET, waiters));
        }
        Waiter.wake(woken);
    }

    private void forget(Lock lock) {
        if (!unqueue(waiters, lock) && lock.ticket != 0) {
            unlock(lock);
        }
    }

    /// The right to be in the section, until it is closed.
    public sealed interface Guard extends AutoCloseable {
        /// Releases the lock, which is the next one's from here on. A second call does nothing.
        @Override
        void close();

        /// The lock that this guard holds.
        ///
        /// @return the lock
        Mutex mutex();
    }

    /// The future is the guard that it gives.
    private static final class Lock extends Waiter<Guard> implements Guard {
        private final Mutex mutex;

        /// The word that the acquisition left, without WAITERS; 0 before there was one.
        private long ticket;

        private Begun.@Nullable Watch watch;

        Lock(Mutex mutex) {
            this.mutex = mutex;
        }

        @Override
        @Nullable
        Object step(Context cx) {
            if (phase == IDLE && ticket == 0) {
                task = cx.task();
                if (!mutex.tryTake(this) && !mutex.takeOrQueue(this, cx.waker(), task)) {
                    return PENDING;
                }
            } else if (phase == QUEUED && stillQueued(mutex, cx)) {
                return PENDING;
            }
            if (!spend(cx)) {
                return PENDING; // the lock is held all the same: the order is that of polls
            }
            watch = Unclosed.held(this, cx, "guard of lock", mutex.name, "nobody else gets the lock");
            return this;
        }

        @Override
        void abandon() {
            mutex.forget(this);
        }

        @Override
        public void close() {
            Unclosed.closed(watch);
            mutex.unlock(this);
        }

        @Override
        public Mutex mutex() {
            return mutex;
        }

        @Override
        public void describe(Description to) {
            to.label(Names.of("Mutex.lock", mutex.name, ""));
            if (phase == QUEUED) {
                to.waitsFor(Names.of("lock", mutex.name), mutex.owner());
            }
        }
    }
}
