// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Context;
import dev.wakeful.ScopeOptions;
import dev.wakeful.TimeoutException;
import dev.wakeful.Waker;
import dev.wakeful.spi.Deadline;
import dev.wakeful.spi.Timer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The deadline that a scope has of its own, and the alarm for it. Used by the polls of the scope's owner.
final class ScopeDeadline {
    private final Timer timer;
    private final Timer.Alarm alarm;
    private final long nanos;
    private final String words;
    private boolean over;

    private ScopeDeadline(Timer timer, long nanos, String words) {
        this.timer = timer;
        this.alarm = timer.alarm();
        this.nanos = nanos;
        this.words = words;
    }

    /// The deadline of a scope that is opened now, or `null` when its options give none.
    static @Nullable ScopeDeadline of(ScopeOptions options, Context cx) {
        if (options.timeout() == null && options.deadline() == null) {
            return null;
        }
        Timer timer = cx.get(Timer.KEY);
        long byTimeout =
                options.timeout() == null ? Long.MAX_VALUE : Timer.after(timer.nanos(), clamped(options.timeout()));
        long byInstant = options.deadline() == null ? Long.MAX_VALUE : timeOf(options.deadline(), timer);
        return byTimeout <= byInstant && options.timeout() != null
                ? new ScopeDeadline(timer, byTimeout, " took longer than " + options.timeout())
                : new ScopeDeadline(timer, byInstant, " was not done by " + options.deadline());
    }

    private static long timeOf(Instant instant, Timer timer) {
        Duration since = Duration.between(timer.origin(), instant);
        return since.isNegative() ? 0 : clamped(since); // so long ago that it would not fit, too
    }

    /// The nanoseconds of a duration that is not negative, or [Long#MAX_VALUE] when they are more.
    static long clamped(Duration duration) {
        return duration.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : duration.toNanos();
    }

    /// The context for what is to be done by then.
    Context nest(Context cx) {
        return Deadline.nest(cx, nanos);
    }

    void arm(Waker waker) {
        if (!over && nanos != Long.MAX_VALUE) {
            alarm.arm(nanos, waker);
        }
    }

    /// Whether it has passed, while it still counted.
    boolean isPast() {
        return !over && timer.nanos() >= nanos;
    }

    /// It does not count any more.
    void end() {
        if (!over) {
            over = true;
            alarm.disarm();
        }
    }

    TimeoutException failure(String scope) {
        return new TimeoutException(scope + words);
    }
}
