// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.spi.Timer;

/// What an [Interval] does about ticks that nobody awaited in time. A tick is missed when it is more than 5 ms late.
///
/// With a period of 50 ms, a schedule that starts at 0, and a first poll at 175: `BURST` gives the ticks 0, 50, 100 and
/// 150 at once, and then 200; `DELAY` gives 0, and then 225; `SKIP` gives 0, and then 200.
public enum MissedTick {
    /// Keeps the schedule and catches up as fast as it is polled.
    BURST {
        @Override
        long next(long tick, long now, long period) {
            return Timer.after(tick, period);
        }
    },

    /// Starts a new schedule: the next tick is a period from now.
    DELAY {
        @Override
        long next(long tick, long now, long period) {
            return Timer.after(now, period);
        }
    },

    /// Keeps the schedule and leaves out what has passed: the next tick is the next of the schedule that is to come.
    SKIP {
        @Override
        long next(long tick, long now, long period) {
            return Timer.after(now - (now - tick) % period, period);
        }
    };

    /// The tick after one that was missed.
    abstract long next(long tick, long now, long period);
}
