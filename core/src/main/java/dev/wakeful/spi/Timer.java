// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import java.time.Instant;

/// The clock of a runtime, and alarms on it. The only way for a future to know the time.
///
/// Times are nanoseconds since [#origin()], never negative and never going back. The last of them, [Long#MAX_VALUE],
/// stands for "never".
public interface Timer {
    /// The key.
    Context.Key<Timer> KEY = Context.Key.of("timer", "a runtime or a TestRuntime");

    /// Now.
    ///
    /// @return nanoseconds since the origin
    long nanos();

    /// The instant at which [#nanos()] was 0. Fixed, so that instants counted from it never jump with the wall clock.
    ///
    /// @return the instant
    Instant origin();

    /// A new alarm that is not armed. It may be armed as often as wanted.
    ///
    /// @return the alarm
    Alarm alarm();

    /// A time that lies `nanos` after `start`, or the last of times when there is no such.
    ///
    /// @param start a time
    /// @param nanos how much later, not negative
    /// @return the sum, clamped
    static long after(long start, long nanos) {
        long sum = start + nanos;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /// One place in a timer, reused by arming it again.
    ///
    /// Used by the task that owns it, one call at a time, on whatever thread polls that task.
    interface Alarm {
        /// Has `waker` woken once, at `deadlineNanos` or later, and never before. Replaces what was armed before.
        /// Alarms of one tick are woken in the order in which they were armed for it.
        ///
        /// @param deadlineNanos a time of this timer
        /// @param waker what to wake
        void arm(long deadlineNanos, Waker waker);

        /// Moves an armed alarm to another deadline and keeps its waker; does nothing when nothing is armed.
        ///
        /// @param deadlineNanos a time of this timer
        void move(long deadlineNanos);

        /// Has nothing woken any more.
        void disarm();
    }
}
