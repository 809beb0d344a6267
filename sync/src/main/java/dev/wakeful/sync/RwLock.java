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

/// A lock that many may hold for reading, or one for writing, across awaits.
///
/// One queue for all, in the order of first polls: a writer that waits keeps later readers waiting. An upgradable
/// reader lets readers in beside it, but no writer and no second upgradable reader; it may become the writer, and then
/// waits for the readers alone, ahead of the queue.
///
/// ### Memory consistency
///
/// Actions before a write guard is closed or downgraded happen-before what follows each later acquisition; actions
/// before a read guard is closed happen-before what follows each later acquisition for writing.
public final class RwLock extends Gate {
    /*
     * word = readers | UPGRADABLE | WRITER | WAITERS | GUARD. An upgradable reader is not counted among the readers.
     */
    private static final long WRITER = 1 << 2;
    private static final long UPGRADABLE = 1 << 3;
    private static final int SHIFT = 4;
    private static final long READER = 1 << SHIFT;

    private final String name;
    private final int maxReaders;
    private final WaiterList waiters = new WaiterList();

    /// For those who look, as in [Mutex].
    private @Nullable TaskRef holder;

    /// A lock without a name.
    public RwLock() {
        this("");
    }

    /// A lock.
    ///
    /// @param name what dumps and reports call it
    public RwLock(String name) {
        this(name, Integer.MAX_VALUE);
    }

    /// A lock with a bound on the number of readers.
    ///
    /// @param name what dumps and reports call it
    /// @param maxReaders how many may read at once; one more is an error, not a wait
    public RwLock(String name, int maxReaders) {
        super(0);
        this.name = Names.checked(name);
        if (maxReaders <= 0) {
            throw new IllegalArgumentException("maxReaders must be positive, but was " + maxReaders);
        }
        this.maxReaders = maxReaders;
    }

    /// Acquires the lock for reading, waiting for its turn.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B).
    ///
    /// @return a future of the guard, to be closed; fails with [IllegalStateException] when there are as many readers
    ///     as there may be
    public Future<ReadGuard> read() {
        return new Read(this);
    }

    /// Acquires the lock for writing, waiting for its turn.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B).
    ///
    /// @return a future of the guard, to be closed
    public Future<WriteGuard> write() {
        return new Write(this, Kind.WRITE, null);
    }

    /// Acquires the lock for reading, with the right to become the writer, waiting for its turn.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B).
    ///
    /// @return a future of the guard, to be closed
    public Future<UpgradableGuard> upgradable() {
        return new Upgradable(this);
    }

    /// Acquires the lock for reading if that is possible at once.
    ///
    /// @return the guard, or `null`
    public @Nullable ReadGuard tryRead() {
        var read = new Read(this);
        return tryAcquire(read) ? read : null;
    }

    /// Acquires the lock for writing if it is free.
    ///
    /// @return the guard, or `null`
    public @Nullable WriteGuard tryWrite() {
        var write = new Write(this, Kind.WRITE, null);
        return tryAcquire(write) ? write : null;
    }

    /// Acquires the lock for reading, with the right to become the writer, if that is possible at once.
    ///
    /// @return the guard, or `null`
    public @Nullable UpgradableGuard tryUpgradable() {
        var upgradable = new Upgradable(this);
        return tryAcquire(upgradable) ? upgradable : null;
    }

    /// Acquires the lock for reading on the calling thread. Not for use inside a task.
    ///
    /// @return the guard, to be closed
    /// @throws InterruptedException when the thread was interrupted while it waited
    public ReadGuard readBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(read());
    }

    /// Acquires the lock for writing on the calling thread. Not for use inside a task.
    ///
    /// @return the guard, to be closed
    /// @throws InterruptedException when the thread was interrupted while it waited
    public WriteGuard writeBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(write());
    }

    /// Acquires the lock on the calling thread for reading, with the right to become the writer. Not for use inside a
    /// task.
    ///
    /// @return the guard, to be closed
    /// @throws InterruptedException when the thread was interrupted while it waited
    public UpgradableGuard upgradableBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(upgradable());
    }

    /// How many hold it for reading now, an upgradable reader among them.
    ///
    /// @return the number
    public int readers() {
        long seen = word;
        return (int) (seen >>> SHIFT) + ((seen & UPGRADABLE) != 0 ? 1 : 0);
    }

    /// Whether somebody holds it for writing.
    ///
    /// @return whether
    public boolean isWriting() {
        return (word & WRITER) != 0;
    }

    /// Who holds it for writing, or upgradably. For dumps and tests: it may have changed meanwhile.
    ///
    /// @return the task or thread, or `null` when there is none or it was polled by hand
    public @Nullable TaskRef owner() {
        return (word & (WRITER | UPGRADABLE)) != 0 ? holder : null;
    }

    /// Who waits, in order. For dumps and tests: it may have changed meanwhile.
    ///
    /// @return the tasks and threads; those polled by hand are left out
    public List<TaskRef> waiters() {
        return waiters.tasks(this);
    }

    @Override
    public String toString() {
        return Names.of("RwLock", name, isWriting() ? "writing" : readers() + " reading");
    }

    // ------------------------------------------------------------------------------------------------- state

    private enum Kind {
        READ("read"),
        UPGRADABLE("upgradable"),
        WRITE("write"),
        UPGRADE("upgrade");

        private final String spelling;

        Kind(String spelling) {
            this.spelling = spelling;
        }
    }

    /// The word when one of `kind` gets in, or -1 when it must wait.
    private static long admitted(long word, Kind kind) {
        boolean alone = word >>> SHIFT == 0;
        return switch (kind) {
            case READ -> (word & WRITER) == 0 ? word + READER : -1;
            case UPGRADABLE -> (word & (WRITER | UPGRADABLE)) == 0 ? word | UPGRADABLE : -1;
            case WRITE -> alone && (word & (WRITER | UPGRADABLE)) == 0 ? word | WRITER : -1;
            case UPGRADE -> alone ? (word & ~UPGRADABLE) | WRITER : -1;
        };
    }

    /// The word when one of `kind` leaves.
    private static long left(long word, Kind kind) {
        return switch (kind) {
            case READ -> word - READER;
            case UPGRADABLE -> word & ~UPGRADABLE;
            case WRITE, UPGRADE -> word & ~WRITER;
        };
    }

    private boolean tryAcquire(Acquire<?> acquire) {
        for (int turn = 0; ; turn++) {
            long seen = word;
            long next = admitted(seen, acquire.kind);
            if ((seen & WAITERS) != 0 || next == -1) {
                return false;
            }
            if ((seen & GUARD) != 0) {
                pause(turn);
                continue;
            }
            checkBound(seen, acquire);
            if (change(seen, next)) {
                acquired(acquire);
                return true;
            }
        }
    }

    private void checkBound(long seen, Acquire<?> acquire) {
        if (acquire.kind == Kind.READ && seen >>> SHIFT >= maxReaders) {
            throw tooManyReaders();
        }
    }

    private IllegalStateException tooManyReaders() {
        return new IllegalStateException(Names.of("lock", name) + " has " + maxReaders
                + (maxReaders == 1 ? " reader" : " readers") + ", as many as it may have");
    }

    private void acquired(Acquire<?> acquire) {
        acquire.held = true;
        if (acquire.kind != Kind.READ) {
            holder = acquire.task;
        }
    }

    private boolean acquireOrQueue(Acquire<?> acquire, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        boolean ahead =
                acquire.kind == Kind.UPGRADE; // of the queue: nobody in it gets in before the upgrade or its end
        long next = (seen & WAITERS) != 0 && !ahead ? -1 : admitted(seen, acquire.kind);
        boolean full = next != -1 && acquire.kind == Kind.READ && seen >>> SHIFT >= maxReaders;
        if (next != -1 && !full) {
            acquired(acquire);
            leave(next);
            return true;
        }
        if (full) {
            leave(seen);
            throw tooManyReaders();
        }
        acquire.queued(waker, task);
        if (ahead) {
            waiters.addFirst(acquire);
        } else {
            waiters.add(acquire);
        }
        leave(seen | WAITERS);
        return false;
    }

    /// An upgrade, if no reader is there; the queue is behind it in any case.
    private boolean tryUpgrade(Acquire<?> upgrade) {
        long seen = enter();
        long next = admitted(seen, Kind.UPGRADE);
        if (next != -1) {
            acquired(upgrade);
        }
        leave(next == -1 ? seen : next);
        return next != -1;
    }

    /// Somebody leaves, or holds less than before: lets in who is next, and those behind as long as they can enter too.
    private void changeAndAdmit(Kind from, @Nullable Kind to, @Nullable Acquire<?> nextHolder) {
        long seen = word;
        if ((seen & (WAITERS | GUARD)) == 0) {
            handOver(from, nextHolder);
            if (change(seen, changed(seen, from, to))) {
                return;
            }
        }
        seen = enter();
        handOver(from, nextHolder);
        admitAndLeave(changed(seen, from, to));
    }

    private void handOver(Kind from, @Nullable Acquire<?> nextHolder) {
        if (from != Kind.READ) {
            holder = nextHolder == null ? null : nextHolder.task;
        }
    }

    private static long changed(long word, Kind from, @Nullable Kind to) {
        long left = left(word, from);
        return to == null ? left : admitted(left, to);
    }

    /// With the guard held: admits from the head of the queue and leaves.
    private void admitAndLeave(long before) {
        long seen = before;
        var granted = new WaiterList.Chain();
        while (true) {
            while (!granted.isFull() && waiters.peek() instanceof Acquire<?> head) {
                long next = admitted(seen, head.kind);
                if (next == -1) {
                    break;
                }
                waiters.remove(head);
                if (head.kind == Kind.READ && seen >>> SHIFT >= maxReaders) {
                    granted.add(head, Waiter.REFUSED);
                    continue;
                }
                seen = next;
                acquired(head);
                granted.add(head, Waiter.GRANTED);
            }
            boolean more = granted.isFull();
            leave(withWaiters(seen, waiters));
            granted.wake();
            if (!more) {
                return;
            }
            seen = enter();
        }
    }

    private void forget(Acquire<?> acquire) {
        if (acquire.isIdle()) {
            acquire.giveBackUntaken();
            return;
        }
        long seen = enter();
        if (acquire.phase == Waiter.QUEUED) {
            waiters.remove(acquire);
            acquire.settled(Waiter.IDLE);
            admitAndLeave(seen); // a writer that gives up no longer keeps the readers behind it waiting
        } else {
            leave(seen);
            acquire.giveBackUntaken();
        }
    }

    // ------------------------------------------------------------------------------------------------- guards

    /// The right to read, until it is closed.
    public sealed interface ReadGuard extends AutoCloseable {
        /// Gives the right up. A second call does nothing.
        @Override
        void close();
    }

    /// The right to write, until it is closed or downgraded.
    public sealed interface WriteGuard extends AutoCloseable {
        /// Gives the right up. A second call does nothing.
        @Override
        void close();

        /// Goes on reading; no writer gets in between. This guard is closed.
        ///
        /// @return the guard for reading, to be closed
        ReadGuard downgrade();
    }

    /// The right to read, and to become the writer, until it is closed, downgraded or upgraded.
    public sealed interface UpgradableGuard extends AutoCloseable {
        /// Gives the right up. A second call does nothing.
        @Override
        void close();

        /// Becomes the writer as soon as the readers have left; none gets in meanwhile, and no writer before. When it
        /// is ready, this guard is closed.
        ///
        /// ### Cancel safety
        ///
        /// Nothing is lost: this guard is held as before.
        ///
        /// @return a future of the guard for writing, to be closed
        Future<WriteGuard> upgrade();

        /// Becomes the writer on the calling thread, as [#upgrade()]. Not for use inside a task.
        ///
        /// @return the guard for writing, to be closed
        /// @throws InterruptedException when the thread was interrupted while it waited; this guard is held as before
        default WriteGuard upgradeBlocking() throws InterruptedException {
            return Blocking.awaitUnchecked(upgrade());
        }

        /// Becomes the writer if there is no reader beside this one; then this guard is closed.
        ///
        /// @return the guard for writing, or `null` when there are readers; then this guard is held as before
        /// @throws IllegalStateException when this guard is closed or being upgraded
        @Nullable
        WriteGuard tryUpgrade();

        /// Goes on reading without the right to become the writer. This guard is closed.
        ///
        /// @return the guard for reading, to be closed
        ReadGuard downgrade();
    }

    /// What all acquisitions have in common: the future is the guard that it gives.
    private abstract static sealed class Acquire<G> extends Waiter<G> {
        final RwLock lock;
        final Kind kind;

        /// Under the guard until granted, then the owner's.
        boolean held;

        Begun.@Nullable Watch watch;

        Acquire(RwLock lock, Kind kind) {
            this.lock = lock;
            this.kind = kind;
        }

        @Override
        @Nullable
        Object step(Context cx) {
            if (phase == IDLE && !held) {
                task = cx.task();
                begin();
                boolean now = kind != Kind.UPGRADE && lock.tryAcquire(this);
                if (!now && !lock.acquireOrQueue(this, cx.waker(), task)) {
                    return PENDING;
                }
            } else if (phase == QUEUED && stillQueued(lock, cx)) {
                return PENDING;
            }
            if (phase == REFUSED) {
                throw lock.tooManyReaders();
            }
            if (!spend(cx)) {
                return PENDING; // held all the same: the order is that of polls
            }
            taken();
            watch = Unclosed.held(this, cx, kind.spelling + " guard of lock", lock.name, "others wait for ever");
            return this;
        }

        /// Before the first attempt.
        void begin() {}

        /// It was returned.
        void taken() {}

        @Override
        void abandon() {
            lock.forget(this);
        }

        void giveBackUntaken() {
            giveBack();
        }

        final void giveBack() {
            Unclosed.closed(watch);
            if (held) {
                held = false;
                lock.changeAndAdmit(kind, null, null);
            }
        }

        final ReadGuard toRead() {
            if (!held) {
                throw new IllegalStateException("this guard is closed: " + this);
            }
            held = false;
            Unclosed.closed(watch);
            var read = new Read(lock);
            read.held = true;
            lock.changeAndAdmit(kind, Kind.READ, null);
            return read;
        }

        @Override
        public void describe(Description to) {
            to.label(Names.of("RwLock." + kind.spelling, lock.name, ""));
            if (phase == QUEUED) {
                to.waitsFor(Names.of("lock", lock.name), lock.owner());
            }
        }
    }

    private static final class Read extends Acquire<ReadGuard> implements ReadGuard {
        Read(RwLock lock) {
            super(lock, Kind.READ);
        }

        @Override
        public void close() {
            giveBack();
        }
    }

    private static final class Write extends Acquire<WriteGuard> implements WriteGuard {
        /// What is upgraded, or `null`.
        private final @Nullable Upgradable from;

        private boolean begun;

        Write(RwLock lock, Kind kind, @Nullable Upgradable from) {
            super(lock, kind);
            this.from = from;
        }

        @Override
        void begin() {
            if (from != null) {
                from.beginUpgrade();
                begun = true;
            }
        }

        @Override
        void taken() {
            if (from != null) {
                from.held = false;
                Unclosed.closed(from.watch);
            }
        }

        @Override
        void abandon() {
            super.abandon();
            if (begun && from != null) {
                from.upgrading = false;
            }
        }

        /// An upgrade that was granted and not taken is an upgradable read again.
        @Override
        void giveBackUntaken() {
            if (held && from != null && from.held) {
                held = false;
                lock.changeAndAdmit(kind, Kind.UPGRADABLE, from);
            } else {
                giveBack();
            }
        }

        @Override
        public void close() {
            giveBack();
        }

        @Override
        public ReadGuard downgrade() {
            return toRead();
        }
    }

    private static final class Upgradable extends Acquire<UpgradableGuard> implements UpgradableGuard {
        private boolean upgrading;

        Upgradable(RwLock lock) {
            super(lock, Kind.UPGRADABLE);
        }

        void beginUpgrade() {
            if (!held || upgrading) {
                throw new IllegalStateException(
                        "this guard is " + (held ? "being upgraded already: " : "closed: ") + this);
            }
            upgrading = true;
        }

        @Override
        public void close() {
            giveBack();
        }

        @Override
        public Future<WriteGuard> upgrade() {
            return new Write(lock, Kind.UPGRADE, this);
        }

        @Override
        public @Nullable WriteGuard tryUpgrade() {
            beginUpgrade();
            var write = new Write(lock, Kind.UPGRADE, this);
            write.task = task;
            upgrading = lock.tryUpgrade(write);
            if (!upgrading) {
                return null;
            }
            write.taken();
            return write;
        }

        @Override
        public ReadGuard downgrade() {
            return toRead();
        }
    }
}
