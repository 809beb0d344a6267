// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Throwing;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A value that changes, and those who follow it: each sees the latest value, not every one.
///
/// ```java
/// var config = Watch.of(Config.load());
/// var follower = config.subscribe();
/// while (true) {
///     apply(follower.valueAndSee());
///     await(follower.changed());
/// }
/// ```
///
/// Reading gives the reference to the value and holds nothing, so no reader can keep a sender waiting; the value should
/// be immutable.
///
/// ### Memory consistency
///
/// Actions before a value is sent happen-before what follows reading it.
///
/// @param <T> the type of the value
public final class Watch<T> implements AutoCloseable {
    final Cell<T> cell;

    private final Begun.@Nullable Watch watch;

    private Watch(T initial) {
        cell = new Cell<>(Objects.requireNonNull(initial, "value must not be null"));
        watch = Unclosed.end(
                this,
                cell,
                Cell::senderLost,
                "sender",
                "watch",
                "",
                "those who follow wait for a change that never comes");
    }

    /// A watch, which is its own sender. The initial value counts as seen.
    ///
    /// @param <T> the type of the value
    /// @param initial the first value
    /// @return the watch, to be closed
    public static <T> Watch<T> of(T initial) {
        return new Watch<>(initial);
    }

    /// Replaces the value and tells those who follow.
    ///
    /// @param value the value
    public void send(T value) {
        Objects.requireNonNull(value, "value must not be null");
        boolean _ = update(_ -> value);
    }

    /// Replaces the value by one made of it, or leaves it and tells nobody.
    ///
    /// @param change gives the new value, or `null` to leave the old one; called again when another send came in
    ///     between
    /// @return whether the value was replaced
    public boolean update(Function<? super T, ? extends @Nullable T> change) {
        while (true) {
            Snapshot<T> before = cell.latest();
            T value = change.apply(before.value);
            if (value == null) {
                return false;
            }
            if (cell.replace(before, new Snapshot<>(value, before.version + 1))) {
                cell.endRound(cell.enter());
                return true;
            }
        }
    }

    /// Replaces the value without telling anybody: those who follow see it when they look, or with the next change.
    ///
    /// @param value the value
    public void setQuietly(T value) {
        Objects.requireNonNull(value, "value must not be null");
        Snapshot<T> before = cell.latest();
        while (!cell.replace(before, new Snapshot<>(value, before.version))) {
            before = cell.latest();
        }
    }

    /// The latest value.
    ///
    /// @return the value
    public T value() {
        return cell.latest().value;
    }

    /// Makes one more follower, for which the latest value counts as seen.
    ///
    /// @return the follower, to be closed where it is asked whether anybody follows
    public WatchReceiver<T> subscribe() {
        return new WatchReceiver<>(cell);
    }

    /// How many follow: those who subscribed and are not closed.
    ///
    /// @return the number
    public int followers() {
        return cell.followers();
    }

    /// Waits until nobody follows, so that the value need not be made any more.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future that is ready when all followers are closed
    public Future<@Nullable Void> closed() {
        return new Unfollowed(cell);
    }

    /// Waits on the calling thread until nobody follows. Not for use inside a task.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited
    public void closedBlocking() throws InterruptedException {
        Blocking.awaitUnchecked(closed());
    }

    /// Ends the watch with a failure: those who follow see the latest value and then fail with that very object. Does
    /// nothing when it has ended already.
    ///
    /// @param cause why
    public void fail(Throwable cause) {
        Objects.requireNonNull(cause, "cause must not be null");
        Unclosed.closed(watch);
        cell.close(cause);
    }

    /// Ends the watch: the latest value can still be read, and no other will come. A second call does nothing.
    @Override
    public void close() {
        Unclosed.closed(watch);
        cell.close(null);
    }

    @Override
    public String toString() {
        return "Watch[" + value() + (cell.isClosed() ? ", closed" : "") + "]";
    }

    /// A value and how many changes led to it.
    record Snapshot<T>(T value, long version) {}

    /// What senders and followers share. The snapshot is replaced before the round is ended, and a follower looks at it
    /// under the guard before it is queued: so it sees the change, or the end of the round finds it.
    static final class Cell<T> extends RoundGate {
        static final long CLOSED = 1 << 2;

        private final AtomicReference<Snapshot<T>> latest;

        /// Senders that wait until nobody follows. Under the guard, as all that follows.
        private final WaiterList unfollowed = new WaiterList();

        private int followers;

        /// Why it was closed. Written before CLOSED is.
        private @Nullable Throwable cause;

        final LostEnds lostEnds = new LostEnds();

        Cell(T initial) {
            super(0);
            latest = new AtomicReference<>(new Snapshot<>(initial, 0));
        }

        Snapshot<T> latest() {
            return latest.get();
        }

        boolean replace(Snapshot<T> before, Snapshot<T> after) {
            return latest.compareAndSet(before, after);
        }

        boolean isClosed() {
            return (word & CLOSED) != 0;
        }

        @Override
        boolean passes(long word) {
            return (word & CLOSED) != 0;
        }

        void close(@Nullable Throwable reason) {
            long seen = enter();
            if ((seen & CLOSED) == 0) {
                cause = reason;
            }
            endRound(seen | CLOSED);
        }

        /// The failure of a wait for a change after the end.
        Exception end() {
            Throwable why = cause;
            return why == null ? new ClosedException("the watch is closed", null, null) : Throwing.sneak(why);
        }

        @Nullable
        Throwable cause() {
            return isClosed() ? cause : null;
        }

        /// The sender became unreachable unclosed: those who follow are told.
        void senderLost(Report report) {
            if (!isClosed()) {
                close(new LostWakerException(report.message()));
                lostEnds.report(report);
            }
        }

        int followers() {
            long seen = enter();
            int count = followers;
            leave(seen);
            return count;
        }

        void addFollower() {
            long seen = enter();
            followers++;
            leave(seen);
        }

        void removeFollower() {
            long seen = enter();
            followers--;
            var alone = new WaiterList.Chain();
            while (followers == 0 && !unfollowed.isEmpty()) {
                while (!alone.isFull() && !unfollowed.isEmpty()) {
                    alone.add(Objects.requireNonNull(unfollowed.poll(), "it is not empty"), Waiter.GRANTED);
                }
                leave(seen);
                alone.wake();
                seen = enter();
            }
            leave(seen);
        }

        /// The first poll of a wait for the end of all followers.
        boolean awaitUnfollowed(Waiter<?> waiter, Waker waker, @Nullable TaskRef task) {
            long seen = enter();
            boolean alone = followers == 0;
            if (!alone) {
                waiter.queued(waker, task);
                unfollowed.add(waiter);
            }
            leave(seen);
            return alone;
        }

        void forgetUnfollowed(Waiter<?> waiter) {
            if (waiter.isIdle()) {
                return;
            }
            long seen = enter();
            if (waiter.phase == Waiter.QUEUED) {
                unfollowed.remove(waiter);
                waiter.settled(Waiter.IDLE);
            }
            leave(seen);
        }

        /// Queues unless there is something newer than `seen`, or the end.
        boolean changedOrQueue(RoundWaiter<?> waiter, long seen, Waker waker, @Nullable TaskRef task) {
            long before = enter();
            if (passes(before) || latest().version != seen) {
                leave(before);
                return true;
            }
            queue(waiter, waker, task);
            leave(before | WAITERS);
            return false;
        }

        @Override
        public String toString() {
            return "Watch[" + latest().value + "]";
        }
    }

    /// The future of the moment at which nobody follows.
    private static final class Unfollowed extends Waiter<@Nullable Void> {
        private final Cell<?> cell;
        private boolean alone;

        Unfollowed(Cell<?> cell) {
            this.cell = cell;
        }

        @Override
        @Nullable
        Object step(Context cx) {
            if (phase == IDLE && !alone) {
                alone = cell.awaitUnfollowed(this, cx.waker(), cx.task());
                if (!alone) {
                    return PENDING;
                }
            }
            if (phase == QUEUED && stillQueued(cell, cx)) {
                return PENDING;
            }
            return spend(cx) ? null : PENDING;
        }

        @Override
        void abandon() {
            cell.forgetUnfollowed(this);
        }

        @Override
        public void describe(Description to) {
            to.label("Watch.closed");
            if (phase == QUEUED) {
                to.waitsFor("the end of a watch's followers", null);
            }
        }
    }
}
