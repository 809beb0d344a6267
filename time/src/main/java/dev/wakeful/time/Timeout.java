// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.TimeoutException;
import dev.wakeful.Waker;
import dev.wakeful.WindingDown;
import dev.wakeful.spi.Deadline;
import dev.wakeful.spi.Timer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A future with a deadline. The deadline is no leaf: it takes nothing of the budget, so it passes also in a poll whose
/// budget the inner future used up.
final class Timeout<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Future<T> inner;

    /// A duration from the first poll, or an instant.
    private final Object limit;

    private Timer.@Nullable Alarm alarm;
    private @Nullable Passed passed;
    private @Nullable Within within;

    /// What follows from the deadline: the clean-up of the inner future has a grace period of its own.
    private record Passed(TimeoutException failure, WindingDown windingDown) {}

    Timeout(Future<T> inner, Duration duration) {
        this.inner = inner;
        this.limit = duration;
        Durations.nanos(duration);
    }

    Timeout(Future<T> inner, Instant deadline) {
        this.inner = inner;
        this.limit = deadline;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        if (passed == null) {
            Within inside = within(cx);
            Object value = pollInner(inside, cx);
            if (value != PENDING) {
                disarm();
                return value;
            }
            if (!isPast(inside.deadlineNanos, cx)) {
                return PENDING;
            }
            String what = limit instanceof Instant ? " was not ready by " : " took longer than ";
            passed = new Passed(new TimeoutException(inner + what + limit), new WindingDown());
        }
        return windDown(cx, passed);
    }

    private Within within(Context cx) {
        Within made = within;
        if (made == null) {
            made = new Within(deadline(cx.get(Timer.KEY)));
            within = made;
        }
        return made;
    }

    private @Nullable Object pollInner(Within inside, Context cx) throws Exception {
        inside.outer = cx;
        boolean returned = false;
        try {
            Object value = inner.pollRaw(inside);
            returned = true;
            return value;
        } finally {
            inside.outer = null;
            if (!returned) {
                disarm();
            }
        }
    }

    private long deadline(Timer timer) {
        return limit instanceof Instant instant
                ? Durations.timeOf(instant, timer)
                : Timer.after(timer.nanos(), Durations.nanos((Duration) limit));
    }

    private boolean isPast(long deadlineNanos, Context cx) {
        Timer timer = cx.get(Timer.KEY);
        Timer.Alarm armed = alarm;
        if (!isJustCounted(armed) && timer.nanos() >= deadlineNanos) {
            disarm();
            return true;
        }
        if (armed == null) {
            armed = timer.alarm();
            alarm = armed;
        }
        armed.arm(deadlineNanos, cx.waker());
        return false;
    }

    /// Whether this is the first poll, at whose beginning the deadline was counted from the time. To ask for the time
    /// again takes as long as all else here; should the deadline have passed meanwhile, the alarm goes off at once.
    private boolean isJustCounted(Timer.@Nullable Alarm armed) {
        return armed == null && limit instanceof Duration duration && !duration.isZero();
    }

    private @Nullable Object windDown(Context cx, Passed over) throws TimeoutException {
        try {
            if (!over.windingDown.cancel(inner, cx)) {
                return PENDING;
            }
        } catch (Throwable cleanUp) {
            over.failure.addSuppressed(cleanUp);
        }
        throw over.failure;
    }

    private void disarm() {
        if (alarm != null) {
            alarm.disarm();
        }
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        disarm();
        Passed over = passed;
        return over == null ? inner.pollCancel(cx).isReady() : over.windingDown.cancel(inner, cx);
    }

    @Override
    public void describe(Description to) {
        to.label((limit instanceof Instant ? "deadline[" : "timeout[") + limit + (passed == null ? "]" : ", passed]"));
        to.child(inner);
    }

    /// The context of the inner future, one for all its polls: it tells the deadline to those who ask for it.
    private static final class Within implements Context {
        private final long deadlineNanos;

        /// The context of the poll that goes on now.
        private @Nullable Context outer;

        Within(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        private Context outer() {
            Context now = outer;
            if (now == null) {
                throw new IllegalStateException("a context is valid for the poll it was passed to");
            }
            return now;
        }

        @Override
        @SuppressWarnings("unchecked") // keys are compared by identity, so V is Deadline
        public <V> @Nullable V find(Key<V> key) {
            V found = outer().find(key);
            if (key != Deadline.KEY || (found instanceof Deadline(long earlier) && earlier <= deadlineNanos)) {
                return found;
            }
            return (V) new Deadline(deadlineNanos);
        }

        @Override
        public Waker waker() {
            return outer().waker();
        }

        @Override
        public boolean hasBudget() {
            return outer().hasBudget();
        }

        @Override
        public void spendBudget() {
            outer().spendBudget();
        }

        @Override
        public void defer(Waker waker) {
            outer().defer(waker);
        }

        @Override
        public @Nullable TaskRef task() {
            return outer().task();
        }

        @Override
        public String toString() {
            return String.valueOf(outer);
        }
    }
}
