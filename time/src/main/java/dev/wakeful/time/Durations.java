// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.spi.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// From the JDK's durations and instants to the nanoseconds of a timer: clamped, never wrapped.
final class Durations {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private Durations() {}

    /// The nanoseconds of a duration that is not negative, or [Long#MAX_VALUE] when they are more.
    static long nanos(Duration duration) {
        Objects.requireNonNull(duration, "duration must not be null");
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration must not be negative, but was " + duration);
        }
        return clamped(duration);
    }

    /// The nanoseconds of a period, which is positive.
    static long period(Duration period) {
        Objects.requireNonNull(period, "period must not be null");
        if (!period.isPositive()) {
            throw new IllegalArgumentException("period must be positive, but was " + period);
        }
        return clamped(period);
    }

    private static long clamped(Duration duration) {
        return duration.toSeconds() >= Long.MAX_VALUE / NANOS_PER_SECOND ? Long.MAX_VALUE : duration.toNanos();
    }

    /// The time of a timer at an instant: 0 for what lies before its origin, the last of times for what it cannot
    /// count.
    static long timeOf(Instant instant, Timer timer) {
        Duration since = Duration.between(timer.origin(), instant);
        return since.isNegative() ? 0 : clamped(since);
    }

    static Instant instantOf(long nanos, Timer timer) {
        return timer.origin().plusNanos(nanos);
    }
}
