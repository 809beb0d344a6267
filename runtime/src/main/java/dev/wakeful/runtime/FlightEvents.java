// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.LostWakerException;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.task.Task;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/// The events of the flight recorder. Loaded where the JVM has one.
final class FlightEvents {
    /// From here on a poll is long, unless a recording says otherwise.
    private static final String LONG = "20 ms";

    private FlightEvents() {}

    /// What all events have.
    @Category("Wakeful")
    abstract static class RuntimeEvent extends Event {
        @Label("Runtime")
        String runtime = "";
    }

    /// What the events of a task have.
    abstract static class TaskEvent extends RuntimeEvent {
        @Label("Task")
        long task;

        @Label("Name")
        String taskName = "";

        void of(String runtime, TaskRef task) {
            this.runtime = runtime;
            this.task = task.id();
            this.taskName = task.name();
        }
    }

    /// A task was started.
    @Name("dev.wakeful.TaskStart")
    @Label("Task Start")
    static final class TaskStart extends TaskEvent {}

    /// A task has ended.
    @Name("dev.wakeful.TaskEnd")
    @Label("Task End")
    @StackTrace(false)
    static final class TaskEnd extends TaskEvent {
        @Label("Outcome")
        @Description("result, failure or cancelled")
        String outcome = "";
    }

    /// A poll that took long.
    @Name("dev.wakeful.LongPoll")
    @Label("Long Poll")
    @StackTrace(false)
    @Threshold(LONG)
    static final class LongPoll extends TaskEvent {}

    /// A timer that fired late.
    @Name("dev.wakeful.LateTimer")
    @Label("Late Timer")
    @StackTrace(false)
    static final class LateTimer extends RuntimeEvent {
        @Label("Lateness")
        @Timespan
        long lateness;
    }

    /// A task that nothing could wake any more.
    @Name("dev.wakeful.LostWaker")
    @Label("Lost Waker")
    @StackTrace(false)
    static final class LostWaker extends TaskEvent {
        @Label("Message")
        String message = "";
    }

    /// Something that should not be.
    @Name("dev.wakeful.Report")
    @Label("Report")
    @StackTrace(false)
    static final class Reported extends RuntimeEvent {
        @Label("Kind")
        String kind = "";

        @Label("Message")
        String message = "";
    }

    // Whether anybody records is asked of events that are never committed, so that nothing is made where nobody does.
    private static final TaskStart ANY_START = new TaskStart();
    private static final TaskEnd ANY_END = new TaskEnd();
    private static final LongPoll ANY_POLL = new LongPoll();

    static void started(String runtime, Task<?> task) {
        if (ANY_START.isEnabled()) {
            var event = new TaskStart();
            event.of(runtime, task);
            event.commit();
        }
    }

    static void ended(String runtime, Task<?> task) {
        if (ANY_END.isEnabled()) {
            var event = new TaskEnd();
            event.of(runtime, task);
            event.outcome = task.failure() != null ? "failure" : task.isCancelled() ? "cancelled" : "result";
            event.commit();
        }
        if (task.failure() instanceof LostWakerException lost) {
            lost(runtime, task, lost);
        }
    }

    static void lost(String runtime, TaskRef task, LostWakerException failure) {
        var event = new LostWaker();
        if (event.shouldCommit()) {
            event.of(runtime, task);
            event.message = String.valueOf(failure.getMessage());
            event.commit();
        }
    }

    static void reported(String runtime, Report report) {
        var event = new Reported();
        if (event.shouldCommit()) {
            event.runtime = runtime;
            event.kind = report.id();
            event.message = report.message();
            event.commit();
        }
    }

    static boolean wantsPolls() {
        return ANY_POLL.isEnabled();
    }

    static Object beginPoll() {
        var event = new LongPoll();
        event.begin();
        return event;
    }

    static void endPoll(Object begun, String runtime, Task<?> task) {
        if (begun instanceof LongPoll event) {
            event.end();
            if (event.shouldCommit()) {
                event.of(runtime, task);
                event.commit();
            }
        }
    }

    static void late(String runtime, long nanos) {
        var event = new LateTimer();
        if (event.shouldCommit()) {
            event.runtime = runtime;
            event.lateness = nanos;
            event.commit();
        }
    }
}
