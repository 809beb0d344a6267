// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.task.Task;
import org.jspecify.annotations.Nullable;

/// The flight recorder's door: does nothing where the JVM has none, and next to nothing while nothing is recorded.
final class Flight {
    private static final boolean PRESENT = isPresent();

    private Flight() {}

    private static boolean isPresent() {
        try {
            FlightEvents.wantsPolls();
            return true;
        } catch (LinkageError absent) {
            return false;
        }
    }

    static void taskStarted(String runtime, Task<?> task) {
        if (PRESENT) {
            FlightEvents.started(runtime, task);
        }
    }

    static void taskEnded(String runtime, Task<?> task) {
        if (PRESENT) {
            FlightEvents.ended(runtime, task);
        }
    }

    static void reported(String runtime, Report report) {
        if (PRESENT) {
            FlightEvents.reported(runtime, report);
        }
    }

    /// Whether somebody wants to know of long polls now.
    static boolean wantsPolls() {
        return PRESENT && FlightEvents.wantsPolls();
    }

    /// A poll begins, while polls are wanted.
    static @Nullable Object beginPoll() {
        return PRESENT ? FlightEvents.beginPoll() : null;
    }

    /// The poll has ended.
    static void endPoll(Object begun, String runtime, Task<?> task) {
        FlightEvents.endPoll(begun, runtime, task);
    }

    /// A timer was noticed later than it was due.
    static void late(String runtime, long nanos) {
        if (PRESENT) {
            FlightEvents.late(runtime, nanos);
        }
    }
}
