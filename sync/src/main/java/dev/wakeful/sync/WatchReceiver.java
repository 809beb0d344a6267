// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who follows a [Watch], with a version of the value that it has seen. It has one owner at a time, as a future has.
///
/// @param <T> the type of the value
public final class WatchReceiver<T> implements AutoCloseable {
    private final Watch.Cell<T> cell;
    private final AtomicBoolean closed = new AtomicBoolean();
    private long seen;

    WatchReceiver(Watch.Cell<T> cell) {
        this.cell = cell;
        this.seen = cell.latest().version();
        cell.addFollower();
    }

    /// The latest value, which does not count as seen by that.
    ///
    /// @return the value
    public T value() {
        return cell.latest().value();
    }

    /// The latest value, which counts as seen.
    ///
    /// @return the value
    public T valueAndSee() {
        Watch.Snapshot<T> latest = cell.latest();
        seen = latest.version();
        return latest.value();
    }

    /// Whether there is a value that was not seen.
    ///
    /// @return whether
    /// @throws ClosedException when the watch is closed, be the latest value seen or not
    public boolean hasChanged() {
        if (cell.isClosed()) {
            throw new ClosedException("the watch is closed", null, cell.cause());
        }
        return cell.latest().version() != seen;
    }

    /// Makes the latest value count as not seen, so that the next [#changed()] is ready.
    public void markChanged() {
        seen = -1;
    }

    /// Waits until there is a value that was not seen, which counts as seen then.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future that is ready then; when the watch is closed and the latest value seen, fails with what it was
    ///     failed with, else with [ClosedException]
    public Future<@Nullable Void> changed() {
        checkOpen();
        return new Changed<>(this);
    }

    /// Waits for a value that satisfies `condition`, beginning with the latest, seen or not. It counts as seen then.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A): the values that were looked at did not satisfy the condition.
    ///
    /// @param condition what to wait for
    /// @return a future of the value; when the watch is closed and the latest does not do, fails with what it was
    ///     failed with, else with [ClosedException]
    public Future<T> waitFor(Predicate<? super T> condition) {
        checkOpen();
        return new WaitFor<>(this, Objects.requireNonNull(condition, "condition must not be null"));
    }

    /// Waits on the calling thread until there is a value that was not seen. Not for use inside a task.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited
    /// @throws ClosedException when the watch is closed and the latest value seen
    /// @throws Exception what the watch was failed with, then
    public void changedBlocking() throws Exception {
        Blocking.await(changed());
    }

    /// Waits on the calling thread for a value that satisfies `condition`, as [#waitFor]. Not for use inside a task.
    ///
    /// @param condition what to wait for
    /// @return the value
    /// @throws InterruptedException when the thread was interrupted while it waited
    /// @throws ClosedException when the watch is closed and the latest does not do
    /// @throws Exception what the watch was failed with, then
    public T waitForBlocking(Predicate<? super T> condition) throws Exception {
        return Blocking.await(waitFor(condition));
    }

    /// Makes one more follower, which has seen what this one has.
    ///
    /// @return the follower
    public WatchReceiver<T> copy() {
        checkOpen();
        var copy = new WatchReceiver<>(cell);
        copy.seen = seen;
        return copy;
    }

    /// Follows no longer; the latest value can still be read. A second call does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            cell.removeFollower();
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this receiver is closed: " + cell);
        }
    }

    @Override
    public String toString() {
        return "Receiver of " + cell;
    }

    private static final class Changed<T> extends RoundWaiter<@Nullable Void> {
        private final WatchReceiver<T> receiver;
        private long seenBefore;

        /// Takes over when this was woken for a change that was seen before it was queued.
        private @Nullable Changed<T> again;

        Changed(WatchReceiver<T> receiver) {
            super(receiver.cell);
            this.receiver = receiver;
        }

        @Override
        @Nullable
        Object step(Context cx) throws Exception {
            if (!hasBudget(cx)) {
                return PENDING; // nothing is seen but by the poll that says so
            }
            if (again != null) {
                return again.step(cx);
            }
            if (phase == IDLE) {
                seenBefore = receiver.seen;
                if (!receiver.cell.changedOrQueue(this, seenBefore, cx.waker(), cx.task())) {
                    receiver.cell.lostEnds.awaitedIn(cx);
                    return PENDING;
                }
            } else if (phase == QUEUED && stillQueued(gate, cx)) {
                return PENDING;
            }
            boolean closed = receiver.cell.isClosed(); // read before the value: what was sent before the end is seen
            long version = receiver.cell.latest().version();
            if (version != seenBefore) {
                cx.spendBudget();
                receiver.seen = version;
                return null;
            }
            if (closed) {
                throw receiver.cell.end();
            }
            again = new Changed<>(receiver);
            return again.step(cx);
        }

        @Override
        @Nullable
        Object value() {
            return null;
        }

        @Override
        void abandon() {
            super.abandon();
            if (again != null) {
                again.abandon();
            }
        }

        @Override
        public void describe(Description to) {
            describe(to, "WatchReceiver.changed", "a change of a watch");
        }
    }

    private static final class WaitFor<T> extends CheckedFuture<T> {
        private final WatchReceiver<T> receiver;
        private final Predicate<? super T> condition;
        private @Nullable Future<@Nullable Void> waiting;

        WaitFor(WatchReceiver<T> receiver, Predicate<? super T> condition) {
            this.receiver = receiver;
            this.condition = condition;
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            while (true) {
                Future<@Nullable Void> change = waiting;
                if (change != null) {
                    if (change.pollRaw(cx) == PENDING) {
                        return PENDING;
                    }
                    waiting = null;
                }
                T value = receiver.valueAndSee();
                if (condition.test(value)) {
                    return value;
                }
                waiting = receiver.changed();
            }
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            return waiting == null || waiting.pollCancel(cx).isReady();
        }

        @Override
        public void describe(Description to) {
            Future<@Nullable Void> change = waiting;
            to.label("WatchReceiver.waitFor");
            if (change != null) {
                to.child(change);
            }
        }
    }
}
