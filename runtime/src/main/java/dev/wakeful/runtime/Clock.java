// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.time.Instant;
import java.util.function.LongSupplier;

/// The one place that reads the system's clocks. Its time begins at 0, never goes back, and does not follow the wall
/// clock.
final class Clock {
    private final LongSupplier source;
    private final Instant origin;
    private final long start;

    Clock() {
        this(System::nanoTime, Instant.now());
    }

    Clock(LongSupplier source, Instant origin) {
        this.source = source;
        this.origin = origin;
        this.start = source.getAsLong();
    }

    long nanos() {
        return Math.max(0, source.getAsLong() - start);
    }

    /// The system's time, to measure how long something takes.
    static long raw() {
        return System.nanoTime();
    }

    Instant origin() {
        return origin;
    }
}
