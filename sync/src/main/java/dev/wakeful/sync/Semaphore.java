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

/// A number of permits that tasks take and give back: how many may do something at once.
///
/// ```java
/// var limit = new Semaphore(10); // requests at once
/// try (var permit = await(limit.acquire())) {
///     return await(fetch(url));
/// }
/// ```
///
/// Strictly first come, first served, for requests of any size: permits that come back are assigned to the request at
/// the head as they come, and a small request behind a large one waits, even if there were permits enough for it.
///
/// At each moment the permits available, held, and assigned to those who wait make the total.
///
/// ### Memory consistency
///
/// Actions before permits are released happen-before what follows each later acquisition.
public final class Semaphore extends Gate {
    /*
     * word = available | CLOSED | WAITERS | GUARD. While WAITERS is set nothing is available: what comes back goes to the
     * head of the queue.
     */
    private static final long CLOSED = 1 << 2;
    private static final int SHIFT = 3;
    private static final long FLAGS = (1 << SHIFT) - 1;

    private final String name;
    private final WaiterList waiters = new WaiterList();

    /// A semaphore without a name.
    ///
    /// @param permits how many permits there are at first
    public Semaphore(int permits) {
        this("", permits);
    }

    /// A semaphore.
    ///
    /// @param name what dumps and reports call it
    /// @param permits how many permits there are at first
    public Semaphore(String name, int permits) {
        super((long) permits << SHIFT);
        if (permits < 0) {
            throw new IllegalArgumentException("permits must not be negative, but was " + permits);
        }
        this.name = Names.checked(name);
    }

    /// Acquires a permit, waiting for its turn.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B).
    ///
    /// @return a future of the permit, to be closed; fails with [ClosedException] when the semaphore is closed
    public Future<Permit> acquire() {
        return new Acquire(this, 1);
    }

    /// Acquires several permits at once, waiting for its turn.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B). Permits that were assigned go to the next.
    ///
    /// @param permits how many
    /// @return a future of the permits, to be closed; fails with [ClosedException] when the semaphore is closed
    public Future<Permit> acquire(int permits) {
        return new Acquire(this, positive(permits));
    }

    /// Acquires a permit if one is available.
    ///
    /// @return the permit, or `null` when there is none, or somebody waits
    /// @throws ClosedException when the semaphore is closed
    public @Nullable Permit tryAcquire() {
        return tryAcquire(1);
    }

    /// Acquires several permits if they are available.
    ///
    /// @param permits how many
    /// @return the permits, or `null` when there are not enough, or somebody waits
    /// @throws ClosedException when the semaphore is closed
    public @Nullable Permit tryAcquire(int permits) {
        var acquire = new Acquire(this, positive(permits));
        if (tryTake(acquire)) {
            return acquire;
        }
        if (isClosed()) {
            throw closed();
        }
        return null;
    }

    /// Acquires a permit on the calling thread, which waits in the same queue as the tasks do. Not for use inside a
    /// task.
    ///
    /// @return the permit, to be closed
    /// @throws InterruptedException when the thread was interrupted while it waited; nothing is held then
    public Permit acquireBlocking() throws InterruptedException {
        return acquireBlocking(1);
    }

    /// Acquires several permits on the calling thread, which waits in the same queue as the tasks do.
    ///
    /// @param permits how many
    /// @return the permits, to be closed
    /// @throws InterruptedException when the thread was interrupted while it waited; nothing is held then
    public Permit acquireBlocking(int permits) throws InterruptedException {
        return Blocking.awaitUnchecked(acquire(permits));
    }

    /// Adds permits to the total.
    ///
    /// @param permits how many
    public void addPermits(int permits) {
        release(positive(permits));
    }

    /// Takes permits that are available out of the total, for good.
    ///
    /// @param permits how many at most
    /// @return how many there were to forget
    public int forgetPermits(int permits) {
        positive(permits);
        for (int turn = 0; ; turn++) {
            long seen = word;
            long forgotten = Math.min(permits, seen >>> SHIFT);
            if ((seen & GUARD) != 0) {
                pause(turn);
            } else if (forgotten == 0 || change(seen, seen - (forgotten << SHIFT))) {
                return (int) forgotten;
            }
        }
    }

    /// How many permits could be acquired at once now. None while somebody waits.
    ///
    /// @return the number
    public long availablePermits() {
        return word >>> SHIFT;
    }

    /// Closes the semaphore: whoever waits, and whoever comes later, fails with [ClosedException]. Permits that are
    /// held stay valid. A second call does nothing.
    public void close() {
        var refused = new WaiterList.Chain();
        long returned = 0;
        boolean more = true;
        while (more) {
            long seen = enter();
            while (!refused.isFull() && waiters.poll() instanceof Acquire head) {
                returned += head.permits;
                head.permits = 0;
                refused.add(head, Waiter.REFUSED);
            }
            more = !waiters.isEmpty();
            leave(withWaiters(more ? seen : seen + (returned << SHIFT), waiters) | CLOSED);
            refused.wake();
        }
    }

    /// Whether [#close()] was called.
    ///
    /// @return `true` from then on
    public boolean isClosed() {
        return (word & CLOSED) != 0;
    }

    /// Who waits for permits, in order. For dumps and tests: it may have changed meanwhile.
    ///
    /// @return the tasks and threads; those polled by hand are left out
    public List<TaskRef> waiters() {
        return waiters.tasks(this);
    }

    @Override
    public String toString() {
        return Names.of("Semaphore", name, availablePermits() + " available" + (isClosed() ? ", closed" : ""));
    }

    private static int positive(int permits) {
        if (permits <= 0) {
            throw new IllegalArgumentException("permits must be positive, but was " + permits);
        }
        return permits;
    }

    private ClosedException closed() {
        return new ClosedException(Names.of("semaphore", name) + " is closed", null, null);
    }

    private boolean tryTake(Acquire acquire) {
        long wanted = (long) acquire.wanted << SHIFT;
        for (int turn = 0; ; turn++) {
            long seen = word;
            if ((seen & CLOSED) != 0 || seen < wanted) {
                return false; // while somebody waits there is nothing
            }
            if ((seen & GUARD) != 0) {
                pause(turn);
            } else if (change(seen, seen - wanted)) {
                acquire.permits = acquire.wanted;
                return true;
            }
        }
    }

    /// Takes the permits if they are available, else takes those that are and queues for the rest.
    private boolean takeOrQueue(Acquire acquire, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        if ((seen & CLOSED) != 0) {
            leave(seen);
            throw closed();
        }
        long available = seen >>> SHIFT;
        if (available >= acquire.wanted) {
            acquire.permits = acquire.wanted;
            leave(seen - ((long) acquire.wanted << SHIFT));
            return true;
        }
        acquire.permits = (int) available;
        acquire.queued(waker, task);
        waiters.add(acquire);
        leave((seen & FLAGS) | WAITERS);
        return false;
    }

    private void release(long permits) {
        long seen = word;
        if ((seen & (WAITERS | GUARD)) == 0 && change(seen, seen + (permits << SHIFT))) {
            return;
        }
        long rest = permits;
        while (rest > 0) {
            rest = assign(rest);
        }
    }

    /// Gives permits to the head of the queue, to the next when that has all it wants, and so on.
    ///
    /// @return what is left when a batch is full
    private long assign(long permits) {
        long rest = permits;
        var granted = new WaiterList.Chain();
        long seen = enter();
        while (rest > 0 && !granted.isFull() && waiters.peek() instanceof Acquire head) {
            int given = (int) Math.min(rest, head.wanted - head.permits);
            head.permits += given;
            rest -= given;
            if (head.permits == head.wanted) {
                waiters.remove(head);
                granted.add(head, Waiter.GRANTED);
            }
        }
        if (waiters.isEmpty()) {
            seen += rest << SHIFT;
            rest = 0;
        }
        leave(withWaiters(seen, waiters));
        granted.wake();
        return rest;
    }

    private void forget(Acquire acquire) {
        unqueue(waiters, acquire);
        acquire.close();
    }

    /// Permits that are held until this is closed. It has one owner at a time, as a future has.
    public sealed interface Permit extends AutoCloseable {
        /// Gives the permits back. A second call does nothing.
        @Override
        void close();

        /// How many permits this is.
        ///
        /// @return the number; 0 once it was closed, forgotten or merged into another
        int permits();

        /// Takes the permits out of the total for good, instead of giving them back.
        void forget();

        /// Splits some permits off.
        ///
        /// @param permits how many
        /// @return those permits, to be closed by themselves; this keeps the others
        /// @throws IllegalArgumentException when this has fewer
        Permit split(int permits);

        /// Takes over the permits of another, which is empty afterwards.
        ///
        /// @param other permits of the same semaphore
        /// @throws IllegalArgumentException when they belong to another semaphore, or to this one itself
        void merge(Permit other);

        /// The semaphore that the permits belong to.
        ///
        /// @return the semaphore
        Semaphore semaphore();
    }

    /// The future is the permit that it gives.
    private static final class Acquire extends Waiter<Permit> implements Permit {
        private final Semaphore semaphore;
        private final int wanted;

        /// What was assigned so far, under the guard; once taken, what is held.
        private int permits;

        private Begun.@Nullable Watch watch;

        Acquire(Semaphore semaphore, int wanted) {
            this.semaphore = semaphore;
            this.wanted = wanted;
        }

        @Override
        @Nullable
        Object step(Context cx) {
            switch (phase) {
                case IDLE -> {
                    if (permits == 0
                            && !semaphore.tryTake(this)
                            && !semaphore.takeOrQueue(this, cx.waker(), cx.task())) {
                        return PENDING;
                    }
                }
                case QUEUED -> {
                    if (stillQueued(semaphore, cx)) {
                        return PENDING;
                    }
                }
                default -> {}
            }
            if (phase == REFUSED) {
                throw semaphore.closed();
            }
            if (!spend(cx)) {
                return PENDING; // the permits stay assigned: the order is that of polls
            }
            watch = Unclosed.held(this, cx, "permit of semaphore", semaphore.name, "its permits are lost");
            return this;
        }

        @Override
        void abandon() {
            semaphore.forget(this);
        }

        @Override
        public void close() {
            int given = permits;
            permits = 0;
            Unclosed.closed(watch);
            if (given > 0) {
                semaphore.release(given);
            }
        }

        @Override
        public int permits() {
            return permits;
        }

        @Override
        public void forget() {
            permits = 0;
            Unclosed.closed(watch);
        }

        @Override
        public Permit split(int permits) {
            if (permits <= 0 || permits > this.permits) {
                throw new IllegalArgumentException(
                        "permits to split off must be from 1 to " + this.permits + ", but was " + permits);
            }
            var split = new Acquire(semaphore, permits);
            split.permits = permits;
            this.permits -= permits;
            return split;
        }

        @Override
        public void merge(Permit other) {
            if (other == this) {
                throw new IllegalArgumentException("permits cannot be merged with themselves: " + this);
            }
            if (other.semaphore() != semaphore) {
                throw new IllegalArgumentException(
                        "permits of " + semaphore + " cannot be merged with those of another: " + other.semaphore());
            }
            long together = (long) permits + other.permits();
            if (together > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "merged permits must be at most " + Integer.MAX_VALUE + ", but were " + together);
            }
            permits = (int) together;
            other.forget();
        }

        @Override
        public Semaphore semaphore() {
            return semaphore;
        }

        @Override
        public void describe(Description to) {
            to.label("Semaphore.acquire[" + Names.of("semaphore", semaphore.name) + ", " + permits + " of " + wanted
                    + "]");
            if (phase == QUEUED) {
                to.waitsFor(wanted - permits + " permits of " + Names.of("semaphore", semaphore.name), null);
            }
        }
    }
}
