// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.spi.Timer;
import org.jspecify.annotations.Nullable;

/// How long a blocked thread goes on: for ever, until its grace period is over after an interrupt, or until a given
/// time.
final class Patience {
    private final Clock clock;
    private final @Nullable Root root;
    private final long graceNanos;
    private long untilNanos = Long.MAX_VALUE;
    private boolean interrupted;

    /// For a root; an interrupt begins its grace period.
    Patience(Settings settings, Root root) {
        this.clock = settings.clock();
        this.root = root;
        this.graceNanos = settings.graceNanos();
    }

    /// For a time.
    Patience(Settings settings, long nanos) {
        this.clock = settings.clock();
        this.root = null;
        this.graceNanos = 0;
        this.untilNanos = Timer.after(clock.nanos(), nanos);
    }

    boolean isOver() {
        return untilNanos != Long.MAX_VALUE && clock.nanos() >= untilNanos;
    }

    /// The smaller of `nanos` and the time that is left.
    long nanos(long nanos) {
        return untilNanos == Long.MAX_VALUE ? nanos : Math.min(nanos, untilNanos - clock.nanos());
    }

    void lookForInterrupt() {
        if (Thread.interrupted() && !interrupted) {
            interrupted = true;
            if (root != null) {
                root.abort("the thread that is blocked for it was interrupted");
                untilNanos = Timer.after(clock.nanos(), graceNanos);
            }
        }
    }

    boolean wasInterrupted() {
        return interrupted;
    }

    void rethrow() throws InterruptedException {
        if (interrupted && root != null) {
            throw new InterruptedException(
                    root.isFinished()
                            ? "interrupted while blocked for " + root
                            : "interrupted while blocked for " + root + ", which did not end within its grace period");
        }
    }
}
