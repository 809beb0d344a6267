// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.task.Task;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import org.jspecify.annotations.Nullable;

/// The flight recorder's door: does nothing where the JVM has none or nobody has recorded anything yet, and next to
/// nothing while nothing is recorded.
///
/// To register kinds of events takes a tenth of a second of processor time, so that waits for the recorder to come up,
/// which it does before its first recording.
final class Flight {
    private static volatile boolean up;

    static {
        try {
            Listener.begin();
        } catch (LinkageError _) {
            up = false; // a JVM without that module
        }
    }

    private Flight() {}

    /// A class of its own, because its supertype may be absent.
    private static final class Listener implements FlightRecorderListener {
        static void begin() {
            FlightRecorder.addListener(new Listener());
        }

        @Override
        public void recorderInitialized(FlightRecorder recorder) {
            up = true;
        }
    }

    static void taskStarted(String runtime, Task<?> task) {
        if (up) {
            FlightEvents.started(runtime, task);
        }
    }

    static void taskEnded(String runtime, Task<?> task) {
        if (up) {
            FlightEvents.ended(runtime, task);
        }
    }

    static void reported(String runtime, Report report) {
        if (up) {
            FlightEvents.reported(runtime, report);
        }
    }

    /// Whether somebody wants to know of long polls now.
    static boolean wantsPolls() {
        return up && FlightEvents.wantsPolls();
    }

    /// A poll begins. `null` when the recorder does not want to know.
    static @Nullable Object beginPoll() {
        return wantsPolls() ? FlightEvents.beginPoll() : null;
    }

    /// The poll has ended.
    static void endPoll(Object begun, String runtime, Task<?> task) {
        FlightEvents.endPoll(begun, runtime, task);
    }

    /// A timer was noticed later than it was due.
    static void late(String runtime, long nanos) {
        if (up) {
            FlightEvents.late(runtime, nanos);
        }
    }
}
