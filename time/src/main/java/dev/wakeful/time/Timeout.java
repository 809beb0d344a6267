// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TimeoutException;
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

    private long deadlineNanos = -1;
    private Timer.@Nullable Alarm alarm;
    private @Nullable TimeoutException passed;

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
            Object value = pollInner(cx);
            if (value != PENDING) {
                disarm();
                return value;
            }
            if (!isPast(cx)) {
                return PENDING;
            }
            String what = limit instanceof Instant ? " was not ready by " : " took longer than ";
            passed = new TimeoutException(inner + what + limit);
        }
        return windDown(cx, passed);
    }

    private @Nullable Object pollInner(Context cx) throws Exception {
        if (deadlineNanos < 0) {
            Timer timer = cx.get(Timer.KEY);
            deadlineNanos = limit instanceof Instant instant
                    ? Durations.timeOf(instant, timer)
                    : Timer.after(timer.nanos(), Durations.nanos((Duration) limit));
        }
        boolean returned = false;
        try {
            Object value = inner.pollRaw(cx);
            returned = true;
            return value;
        } finally {
            if (!returned) {
                disarm();
            }
        }
    }

    private boolean isPast(Context cx) {
        Timer timer = cx.get(Timer.KEY);
        if (timer.nanos() >= deadlineNanos) {
            disarm();
            return true;
        }
        Timer.Alarm armed = alarm;
        if (armed == null) {
            armed = timer.alarm();
            alarm = armed;
        }
        armed.arm(deadlineNanos, cx.waker());
        return false;
    }

    private @Nullable Object windDown(Context cx, TimeoutException failure) throws TimeoutException {
        try {
            if (!inner.pollCancel(cx).isReady()) {
                return PENDING;
            }
        } catch (Throwable cleanUp) {
            failure.addSuppressed(cleanUp);
        }
        throw failure;
    }

    private void disarm() {
        if (alarm != null) {
            alarm.disarm();
        }
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        disarm();
        return inner.pollCancel(cx).isReady();
    }

    @Override
    public void describe(Description to) {
        to.label((limit instanceof Instant ? "deadline[" : "timeout[") + limit + (passed == null ? "]" : ", passed]"));
        to.child(inner);
    }
}
