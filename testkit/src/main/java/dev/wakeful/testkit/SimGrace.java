// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Report;
import dev.wakeful.Waker;
import dev.wakeful.spi.Grace;
import dev.wakeful.spi.Timer;
import java.util.function.Consumer;

/// The grace period of one task on virtual time.
final class SimGrace implements Grace {
    private final Timer timer;
    private final long endNanos;
    private final Waker waker;
    private final Timer.Alarm alarm;
    private final Consumer<Report> reports;
    private boolean cutShort;

    /// A period that begins now, and wakes the task when it ends.
    SimGrace(Timer timer, long graceNanos, Waker waker, Consumer<Report> reports) {
        this.timer = timer;
        this.endNanos = Timer.after(timer.nanos(), graceNanos);
        this.waker = waker;
        this.alarm = timer.alarm();
        this.reports = reports;
        if (endNanos != Long.MAX_VALUE) {
            alarm.arm(endNanos, waker);
        }
    }

    @Override
    public boolean isOver() {
        return cutShort || timer.nanos() >= endNanos;
    }

    /// Ends the period now, because the test kit wants to see what happens.
    void cutShort() {
        cutShort = true;
        waker.wake();
    }

    @Override
    public void cut(StackTraceElement site) {
        if (!cutShort) {
            reports.accept(new Report(
                    "clean-up-cut",
                    "the grace period of " + waker + " is over, and its clean-up was cut at " + site
                            + "; have it end sooner, or shield it",
                    null));
        }
    }

    /// The task has ended.
    void end() {
        alarm.disarm();
    }
}
