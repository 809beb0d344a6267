// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.spi.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Ticks at equal distances; [Time#interval] makes one. Used by one task at a time.
public final class Interval {
    private static final long MISSED_AFTER_NANOS = 5_000_000;

    private final long periodNanos;
    private final MissedTick missedTick;
    private @Nullable Instant start;
    private long startAfterNanos;
    private long nextNanos = -1;
    private @Nullable Timer timer;
    private Timer.@Nullable Alarm alarm;
    private @Nullable Tick waiting;

    Interval(@Nullable Instant start, Duration period, MissedTick missedTick) {
        this.start = start;
        this.periodNanos = Durations.period(period);
        this.missedTick = Objects.requireNonNull(missedTick, "missedTick must not be null");
    }

    /// The next tick: ready at its time, with the instant it was scheduled for, which is earlier than now when it is
    /// late.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: a tick is taken only by the poll that returns it.
    ///
    /// @return the future
    public Future<Instant> tick() {
        return new Tick();
    }

    /// The distance of ticks.
    ///
    /// @return the period
    public Duration period() {
        return Duration.ofNanos(periodNanos);
    }

    /// Starts a new schedule, whose first tick is a period from now, or from the first poll when there was none yet.
    public void reset() {
        resetAfter(Duration.ofNanos(periodNanos));
    }

    /// Starts a new schedule, whose first tick is at once.
    public void resetImmediately() {
        resetAfter(Duration.ZERO);
    }

    /// Starts a new schedule, whose first tick is `duration` from now, or from the first poll when there was none yet.
    ///
    /// @param duration how long, not negative
    /// @throws IllegalArgumentException when the duration is negative
    public void resetAfter(Duration duration) {
        startAfterNanos = Durations.nanos(duration);
        start = null;
        restart();
    }

    /// Starts a new schedule, whose first tick is at `instant`. When that has passed by more than 5 ms, it counts as
    /// missed.
    ///
    /// @param instant when, as [Time#now()] counts
    public void resetAt(Instant instant) {
        start = Objects.requireNonNull(instant, "instant must not be null");
        restart();
    }

    private void restart() {
        nextNanos = -1;
        if (timer != null) {
            begin(timer);
            if (waiting != null && alarm != null) {
                alarm.move(nextNanos);
            }
        }
    }

    private void begin(Timer clock) {
        nextNanos = start == null ? Timer.after(clock.nanos(), startAfterNanos) : Durations.timeOf(start, clock);
    }

    private @Nullable Instant pollTick(Context cx, Tick tick) {
        if (waiting != null && waiting != tick) {
            throw new IllegalStateException("a tick of this interval is awaited already: " + tick);
        }
        Timer clock = timer;
        if (clock == null) {
            clock = cx.get(Timer.KEY);
            timer = clock;
            begin(clock);
        }
        long now = clock.nanos();
        if (now < nextNanos) {
            arm(clock, cx, tick);
            return null;
        }
        if (!cx.hasBudget()) {
            return null;
        }
        cx.spendBudget();
        forget(tick);
        long scheduled = nextNanos;
        nextNanos = now - scheduled > MISSED_AFTER_NANOS
                ? missedTick.next(scheduled, now, periodNanos)
                : Timer.after(scheduled, periodNanos);
        return Durations.instantOf(scheduled, clock);
    }

    private void arm(Timer clock, Context cx, Tick tick) {
        Timer.Alarm armed = alarm;
        if (armed == null) {
            armed = clock.alarm();
            alarm = armed;
        }
        waiting = tick;
        armed.arm(nextNanos, cx.waker());
    }

    private void forget(Tick tick) {
        if (waiting == tick) {
            waiting = null;
            if (alarm != null) {
                alarm.disarm();
            }
        }
    }

    @Override
    public String toString() {
        return "Interval[" + Duration.ofNanos(periodNanos) + ", " + missedTick + "]";
    }

    private final class Tick extends CheckedFuture<Instant> {
        @Override
        protected Object advance(Context cx) {
            Instant scheduled = pollTick(cx, this);
            return scheduled == null ? PENDING : scheduled;
        }

        @Override
        protected boolean release(Context cx) {
            forget(this);
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("tick of " + Interval.this + (nextNanos < 0 ? "" : " at " + nextNanos));
            to.waitsFor("the timer", null);
        }
    }
}
