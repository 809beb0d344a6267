// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import dev.wakeful.spi.Grace;
import dev.wakeful.spi.Timer;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/// How long the clean-up of one task may take: the runtime's grace period from its begin, and no longer than until the
/// end of the grace period of the runtime's own end.
final class TaskGrace implements Grace {
    private static final System.Logger LOG = System.getLogger("dev.wakeful.runtime");

    private final Timer timer;
    private final LongSupplier closingNanos;
    private final long endNanos;
    private final Waker waker;
    private final Timer.Alarm alarm;

    /// A period that begins now, and wakes the task when it ends.
    TaskGrace(Timer timer, long graceNanos, LongSupplier closingNanos, Waker waker) {
        this.timer = timer;
        this.closingNanos = closingNanos;
        this.endNanos = Timer.after(timer.nanos(), graceNanos);
        this.waker = waker;
        this.alarm = timer.alarm();
        if (endNanos != Long.MAX_VALUE) {
            alarm.arm(endNanos, waker);
        }
    }

    @Override
    public boolean isOver() {
        return timer.nanos() >= Math.min(endNanos, closingNanos.getAsLong());
    }

    @Override
    public void cut(StackTraceElement site) {
        LOG.log(Level.WARNING, "the grace period of " + waker + " is over, and its clean-up was cut at " + site);
    }

    /// The task has ended.
    void end() {
        alarm.disarm();
    }
}
