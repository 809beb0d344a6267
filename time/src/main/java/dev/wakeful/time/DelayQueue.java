// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import dev.wakeful.time.wheel.TimerWheel;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Items that come out when their time has come, in the order of their deadlines: what expires, is to be tried again,
/// or to be looked after.
///
/// {@snippet class="TimeExamples" region="delayQueue"}
///
/// Any number of tasks and threads may put items in, move them and take them out; one task at a time waits for the
/// next. Putting in, [moving][#reset] and [removing][#remove] take a time that does not depend on the number of items.
///
/// A delay counts from now; before anybody has waited for the queue there is no clock, and it counts from the first
/// poll. Items of one deadline come out in the order in which they were put in or moved there.
///
/// ### Memory consistency
///
/// Actions before an item is put in happen-before the poll that returns it.
///
/// @param <T> the type of the values
public final class DelayQueue<T> implements AutoCloseable {
    private final String name;
    private final DelayedItems<T> items = new DelayedItems<>();

    /// The future that waits, unless the queue is polled by hand. This, the clock and the alarm belong to the polls.
    private @Nullable Next waiting;

    private @Nullable Timer timer;
    private Timer.@Nullable Alarm alarm;

    /// A queue without a name.
    public DelayQueue() {
        this("");
    }

    /// A queue.
    ///
    /// @param name what dumps and reports call it
    public DelayQueue(String name) {
        this.name = Objects.requireNonNull(name, "name must not be null");
    }

    /// Puts a value in.
    ///
    /// @param value the value
    /// @param delay how long it stays, not negative
    /// @return the item, by which it can be moved and removed
    /// @throws IllegalStateException when the queue is closed
    public Item<T> insert(T value, Duration delay) {
        Durations.nanos(delay);
        return insert(new DelayedItems.Node<>(items, Objects.requireNonNull(value, "value must not be null"), delay));
    }

    /// Puts a value in.
    ///
    /// @param value the value
    /// @param deadline when it comes out, as [Time#now()] counts
    /// @return the item, by which it can be moved and removed
    /// @throws IllegalStateException when the queue is closed
    public Item<T> insert(T value, Instant deadline) {
        Objects.requireNonNull(deadline, "deadline must not be null");
        return insert(
                new DelayedItems.Node<>(items, Objects.requireNonNull(value, "value must not be null"), deadline));
    }

    private Item<T> insert(DelayedItems.Node<T> node) {
        if (!items.insert(node)) {
            throw new IllegalStateException(this + " is closed");
        }
        return node;
    }

    /// Moves an item: it comes out when `delay` has passed from now.
    ///
    /// @param item an item of this queue
    /// @param delay how long it stays, not negative
    /// @throws IllegalStateException when it has come out or was removed
    public void reset(Item<T> item, Duration delay) {
        if (!tryReset(item, delay)) {
            throw outside(item);
        }
    }

    /// Moves an item: it comes out at `deadline`.
    ///
    /// @param item an item of this queue
    /// @param deadline when it comes out, as [Time#now()] counts
    /// @throws IllegalStateException when it has come out or was removed
    public void reset(Item<T> item, Instant deadline) {
        if (!tryReset(item, deadline)) {
            throw outside(item);
        }
    }

    /// Moves an item, if it is in the queue.
    ///
    /// @param item an item of this queue
    /// @param delay how long it stays, not negative
    /// @return `false` when it has come out or was removed
    public boolean tryReset(Item<T> item, Duration delay) {
        Durations.nanos(delay);
        return items.move(own(item), delay);
    }

    /// Moves an item, if it is in the queue.
    ///
    /// @param item an item of this queue
    /// @param deadline when it comes out, as [Time#now()] counts
    /// @return `false` when it has come out or was removed
    public boolean tryReset(Item<T> item, Instant deadline) {
        return items.move(own(item), Objects.requireNonNull(deadline, "deadline must not be null"));
    }

    /// Takes an item out before its time.
    ///
    /// @param item an item of this queue
    /// @return its value
    /// @throws IllegalStateException when it has come out or was removed
    public T remove(Item<T> item) {
        if (!tryRemove(item)) {
            throw outside(item);
        }
        return item.value();
    }

    /// Takes an item out before its time, if it is in the queue.
    ///
    /// @param item an item of this queue
    /// @return `false` when it has come out or was removed
    public boolean tryRemove(Item<T> item) {
        return items.remove(own(item));
    }

    /// The next item whose time has come; waits for it, also while the queue is empty. Ready with `null` when the queue
    /// is closed and nothing is left in it.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A): an item is taken out only by the poll that returns it.
    ///
    /// @return a future of the item, or of `null` at the end
    public Future<@Nullable Item<T>> next() {
        return new Next();
    }

    /// As [#next()], for those who write futures by hand: nothing is allocated. One task at a time may poll a queue.
    ///
    /// @param cx the surroundings of this poll, with a timer
    /// @return the item, `null` at the end, or pending when the waker of `cx` will be woken
    @SuppressWarnings({"unchecked", "NullAway"}) // what is not PENDING is an item, or null at the end
    public Poll<@Nullable Item<T>> pollNext(Context cx) {
        Object next = step(cx, null);
        return next == Future.PENDING ? Poll.pending() : Poll.ready((Item<T>) next);
    }

    /// No item is put in any more; those that are in still come out. A second call does nothing.
    @Override
    public void close() {
        items.close();
    }

    /// How many items are in the queue.
    ///
    /// @return the number
    public int size() {
        return items.size();
    }

    /// Whether [#close()] was called. Items may be in the queue all the same.
    ///
    /// @return `true` from then on
    public boolean isClosed() {
        return items.isClosed();
    }

    @Override
    public String toString() {
        return "DelayQueue[" + (name.isEmpty() ? "" : name + ", ") + size() + " items]";
    }

    /// One poll.
    ///
    /// @return the item, `null` at the end, or [Future#PENDING]
    private @Nullable Object step(Context cx, @Nullable Next next) {
        if (waiting != null && waiting != next) {
            throw new IllegalStateException("the next item of " + this + " is awaited already");
        }
        if (!cx.hasBudget()) {
            return Future.PENDING;
        }
        Timer clock = timer;
        if (clock == null) {
            clock = cx.get(Timer.KEY);
            timer = clock;
        }
        Waker waker = cx.waker();
        DelayedItems.Node<?> due = items.poll(clock, waker);
        if (due == null && items.nextPoll != DelayedItems.OVER) {
            waiting = next;
            arm(clock, items.nextPoll, waker);
            return Future.PENDING;
        }
        waiting = null;
        disarm();
        cx.spendBudget();
        return due;
    }

    private void arm(Timer clock, long at, Waker waker) {
        if (at == TimerWheel.NEVER) {
            disarm();
            return;
        }
        Timer.Alarm armed = alarm;
        if (armed == null) {
            armed = clock.alarm();
            alarm = armed;
        }
        armed.arm(at, waker);
    }

    private void disarm() {
        if (alarm != null) {
            alarm.disarm();
        }
    }

    private DelayedItems.Node<T> own(Item<T> item) {
        if (item instanceof DelayedItems.Node<T> node && node.items == items) {
            return node;
        }
        throw new IllegalArgumentException("the item is of another queue: " + item);
    }

    private IllegalStateException outside(Item<T> item) {
        return new IllegalStateException("the item has come out or was removed: " + item);
    }

    /// A value in a [DelayQueue], and the key to it.
    ///
    /// @param <T> the type of the value
    public sealed interface Item<T> permits DelayedItems.Node {
        /// The value.
        ///
        /// @return the value, in the queue or not
        T value();

        /// When it comes out, or came out.
        ///
        /// @return the instant, or `null` when a delay was given and there is no clock yet
        @Nullable
        Instant deadline();

        /// Whether it is in the queue: it has neither come out nor been removed.
        ///
        /// @return whether it is
        boolean isQueued();
    }

    private final class Next extends CheckedFuture<@Nullable Item<T>> {
        @Override
        protected @Nullable Object advance(Context cx) {
            return step(cx, this);
        }

        @Override
        protected boolean release(Context cx) {
            if (waiting == this) {
                waiting = null;
                disarm();
                items.forget();
            }
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("DelayQueue.next[" + (name.isEmpty() ? "" : name + ", ") + size() + " items]");
            to.waitsFor(size() == 0 ? "an item to be put in" : "the timer", null);
        }
    }
}
