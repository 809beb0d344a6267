// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
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

    private Watch(T initial) {
        cell = new Cell<>(Objects.requireNonNull(initial, "value must not be null"));
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
    /// @return the follower
    public WatchReceiver<T> subscribe() {
        return new WatchReceiver<>(cell);
    }

    /// Ends the watch: the latest value can still be read, and no other will come. A second call does nothing.
    @Override
    public void close() {
        cell.endRound(cell.enter() | Cell.CLOSED);
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
}
