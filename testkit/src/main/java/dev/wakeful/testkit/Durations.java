// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.time.Duration;

/// Arithmetic on durations.
final class Durations {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Durations() {}

    /// The nanoseconds of a duration that is not negative, clamped where it has more than a `long` counts.
    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : duration.toNanos();
    }
}
