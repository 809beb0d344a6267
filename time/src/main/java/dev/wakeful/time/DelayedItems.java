// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import dev.wakeful.time.wheel.TimerWheel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/*
 * Why no wake is lost. All state is plain and touched under the guard alone.
 *
 *   the task that waits                                another thread
 *   W1  enter                                          I1  enter
 *   W2  nothing is due: keep the waker, and            I2  put the item in, or move it, or take it out; if it is due
 *       `armedFor`, the first tick of the wheel            before `armedFor`, or the end has come, take the waker
 *   W3  leave                                          I3  leave
 *   W4  arm the alarm for `armedFor`                   I4  wake the waker
 *
 * The critical sections are ordered. I2 before W2: W2 sees the item, and the alarm of W4 is armed for it. W2 before I2: I2
 * finds the waker, and the poll it leads to begins at W1 again and arms the alarm anew. The alarm belongs to the polls of the
 * one task that waits, and nobody else touches it.
 *
 * Between enter and leave there is no wake and no user code. A slot of the wheel that is reached is emptied downwards as a
 * whole; an item comes down ten times at most.
 */

/// The items of a [DelayQueue] and the waker of whoever waits for them: all that several threads share.
final class DelayedItems<T> {
    /// No time: nothing is in, and nothing will be put in.
    static final long OVER = -2;

    private static final long NOBODY_WAITS = -1;
    private static final int LEVELS = 10; // of 64 slots: nanoseconds, and the order of deadlines is exact
    private static final int SPINS = 64;

    private final AtomicBoolean guard = new AtomicBoolean();
    private final TimerWheel wheel = new TimerWheel(LEVELS);
    private boolean closed;
    private @Nullable Timer timer;
    private @Nullable Waker waker;
    private long armedFor = NOBODY_WAITS;

    /// When to poll again after a poll that gave nothing, or [#OVER]. Belongs to the polls, not to the guard.
    long nextPoll;

    /// Puts a node in.
    ///
    /// @return `false` when the queue is closed
    boolean insert(Node<T> node) {
        Waker woken = null;
        enter();
        try {
            if (closed) {
                return false;
            }
            woken = place(node);
        } finally {
            leave();
        }
        wake(woken);
        return true;
    }

    /// Moves a node to another time.
    ///
    /// @return `false` when it is not in the queue
    boolean move(Node<T> node, Object when) {
        Waker woken = null;
        enter();
        try {
            if (!node.isLinked()) {
                return false;
            }
            wheel.remove(node);
            node.when = when;
            woken = place(node);
        } finally {
            leave();
        }
        wake(woken);
        return true;
    }

    /// Takes a node out.
    ///
    /// @return `false` when it is not in the queue
    boolean remove(Node<T> node) {
        Waker woken = null;
        enter();
        try {
            if (!node.isLinked()) {
                return false;
            }
            wheel.remove(node);
            woken = wakerAtTheEnd();
        } finally {
            leave();
        }
        wake(woken);
        return true;
    }

    void close() {
        Waker woken = null;
        enter();
        try {
            closed = true;
            woken = wakerAtTheEnd();
        } finally {
            leave();
        }
        wake(woken);
    }

    /// Takes out a node that is due; if none is, keeps the waker, and [#nextPoll] says until when nothing will be.
    @Nullable
    Node<?> poll(Timer clock, Waker latest) {
        long now = clock.nanos();
        enter();
        try {
            if (timer == null) {
                begin(clock);
            }
            Node<?> due = (Node<?>) wheel.poll(now);
            boolean over = closed && wheel.size() == 0;
            boolean waits = due == null && !over;
            nextPoll = over ? OVER : wheel.nextTick();
            waker = waits ? latest : null;
            armedFor = waits ? nextPoll : NOBODY_WAITS;
            return due;
        } finally {
            leave();
        }
    }

    /// Nobody waits any more.
    void forget() {
        enter();
        takeWaker();
        leave();
    }

    int size() {
        enter();
        int size = wheel.size();
        leave();
        return size;
    }

    boolean isClosed() {
        enter();
        boolean is = closed;
        leave();
        return is;
    }

    // ------------------------------------------------------------------------------------------------- under the guard

    /// The first poll: there is a clock. What was put in before stands at tick 0, in order, and goes to its own.
    private void begin(Timer clock) {
        timer = clock;
        int waits = wheel.size();
        for (int i = 0; i < waits; i++) {
            if (wheel.poll(0) instanceof Node<?> node) {
                wheel.insert(node, node.resolved(clock));
            }
        }
    }

    /// Puts a node in at the tick at which it is to come out.
    ///
    /// @return whom to wake because that is earlier than what the alarm is armed for
    private @Nullable Waker place(Node<T> node) {
        Timer clock = timer;
        long tick = clock == null ? 0 : node.resolved(clock);
        wheel.insert(node, tick);
        return tick < armedFor ? takeWaker() : null;
    }

    private @Nullable Waker wakerAtTheEnd() {
        return closed && wheel.size() == 0 ? takeWaker() : null;
    }

    private @Nullable Waker takeWaker() {
        Waker woken = waker;
        waker = null;
        armedFor = NOBODY_WAITS;
        return woken;
    }

    @SuppressWarnings("ThreadPriorityCheck") // right without it, and quicker with it when the holder is not running
    private void enter() {
        for (int turn = 0; guard.get() || !guard.compareAndSet(false, true); turn++) {
            if (turn < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private void leave() {
        guard.set(false);
    }

    /// After the guard was left.
    private static void wake(@Nullable Waker woken) {
        if (woken != null) {
            woken.wake();
        }
    }

    /// An item: a value, and its place in the wheel.
    static final class Node<T> extends TimerWheel.Entry implements DelayQueue.Item<T> {
        final DelayedItems<T> items;
        private final T value;

        /// A delay or an instant, until there is a clock to make nanoseconds of it. Under the guard.
        private @Nullable Object when;

        private long nanos;

        Node(DelayedItems<T> items, T value, Object when) {
            this.items = items;
            this.value = value;
            this.when = when;
        }

        /// Under the guard: the time at which it comes out.
        private long resolved(Timer clock) {
            if (when instanceof Duration delay) {
                nanos = Timer.after(clock.nanos(), Durations.nanos(delay));
            } else if (when instanceof Instant instant) {
                nanos = Durations.timeOf(instant, clock);
            }
            when = null;
            return nanos;
        }

        @Override
        protected void fire() {
            throw new AssertionError("items are polled, not fired");
        }

        @Override
        public T value() {
            return value;
        }

        @Override
        public @Nullable Instant deadline() {
            items.enter();
            Object given = when;
            Timer clock = items.timer;
            long at = nanos;
            items.leave();
            return given == null && clock != null
                    ? Durations.instantOf(at, clock)
                    : given instanceof Instant instant ? instant : null;
        }

        @Override
        public boolean isQueued() {
            items.enter();
            boolean is = isLinked();
            items.leave();
            return is;
        }

        @Override
        public String toString() {
            return "Item[" + value + "]";
        }
    }
}
