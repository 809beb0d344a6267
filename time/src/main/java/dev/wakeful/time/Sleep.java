// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.spi.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A future that is ready at a time; [Time#sleep] makes one.
///
/// It can be reset, as often as wanted, before and after it is ready, and allocates nothing then.
///
/// ### Cancel safety
///
/// Nothing is lost: the timer is disarmed at once.
public final class Sleep extends CheckedFuture<@Nullable Void> {
    private long durationNanos;
    private @Nullable Instant until;
    private long deadlineNanos = -1;
    private @Nullable Timer timer;
    private Timer.@Nullable Alarm alarm;

    Sleep(long durationNanos, @Nullable Instant until) {
        this.durationNanos = durationNanos;
        this.until = until;
    }

    @Override
    protected @Nullable Object advance(Context cx) {
        Timer clock = timer;
        if (clock == null) {
            clock = cx.get(Timer.KEY);
            timer = clock;
        }
        long now = clock.nanos();
        if (deadlineNanos < 0) {
            deadlineNanos = until == null ? Timer.after(now, durationNanos) : Durations.timeOf(until, clock);
        }
        if (now < deadlineNanos) {
            arm(clock, cx);
            return PENDING;
        }
        if (!cx.hasBudget()) {
            return PENDING;
        }
        cx.spendBudget();
        disarm();
        return null;
    }

    private void arm(Timer clock, Context cx) {
        Timer.Alarm armed = alarm;
        if (armed == null) {
            armed = clock.alarm();
            alarm = armed;
        }
        armed.arm(deadlineNanos, cx.waker());
    }

    private void disarm() {
        if (alarm != null) {
            alarm.disarm();
        }
    }

    @Override
    protected boolean release(Context cx) {
        disarm();
        return true;
    }

    /// Starts again: ready when `duration` has passed since the next poll. Who awaits this future now goes on awaiting
    /// it.
    ///
    /// Called by the task that owns the future, between polls. While the future waits, the duration counts from now.
    ///
    /// @param duration how long, not negative
    /// @throws IllegalArgumentException when the duration is negative
    public void reset(Duration duration) {
        durationNanos = Durations.nanos(duration);
        until = null;
        restart(-1);
    }

    /// Starts again: ready at `instant`. Who awaits this future now goes on awaiting it.
    ///
    /// @param instant when, as [Time#now()] counts
    public void resetUntil(Instant instant) {
        durationNanos = 0;
        until = Objects.requireNonNull(instant, "instant must not be null");
        restart(-1);
    }

    private void restart(long deadline) {
        deadlineNanos = deadline;
        if (!isStarted()) {
            renew();
            return;
        }
        if (timer != null && alarm != null) { // it waits: moves its alarm and keeps the waker
            deadlineNanos = until == null ? Timer.after(timer.nanos(), durationNanos) : Durations.timeOf(until, timer);
            alarm.move(deadlineNanos);
        }
    }

    /// The instant at which it is ready.
    ///
    /// @return the instant, or `null` before the first poll when a duration was given
    public @Nullable Instant deadline() {
        return deadlineNanos >= 0 && timer != null ? Durations.instantOf(deadlineNanos, timer) : until;
    }

    @Override
    public void describe(Description to) {
        if (deadlineNanos >= 0) {
            to.label("Sleep[deadlineNanos=" + deadlineNanos + "]");
            to.waitsFor("the timer", null);
        } else {
            to.label("Sleep[" + (until == null ? Duration.ofNanos(durationNanos) : "until " + until) + "]");
        }
    }
}
