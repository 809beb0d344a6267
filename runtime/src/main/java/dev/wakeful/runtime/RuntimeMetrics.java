// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.internal.Words;

/// What a runtime has done so far, in numbers that are right at one moment each, and of which some may be a moment old.
///
/// @param runtime the name of the runtime
/// @param tasksStarted how many tasks were started
/// @param tasksLive how many of them have not ended
/// @param polls how many polls of tasks there were; while tasks run, as of the last look at the drivers
/// @param wakes how often a task was queued for a poll by a thread that polls
/// @param steals how often a worker took tasks from another one
/// @param parks how often a thread had nothing to do
/// @param queued how many tasks wait in queues for a worker
/// @param timers how many timers are armed
/// @param sockets how many sockets the driver knows
/// @param blockingWork how many pieces of blocking work run
/// @param pollTimes how long polls take; one on every second beat of a worker is measured
/// @param scheduleLatency how long woken tasks wait for their poll; one on every second beat of a worker is measured
public record RuntimeMetrics(
        String runtime,
        long tasksStarted,
        long tasksLive,
        long polls,
        long wakes,
        long steals,
        long parks,
        int queued,
        int timers,
        int sockets,
        int blockingWork,
        LatencyHistogram pollTimes,
        LatencyHistogram scheduleLatency) {

    /// The numbers in one line.
    @Override
    public String toString() {
        return Words.inLine(runtime) + ": " + tasksStarted + " tasks started, " + tasksLive + " live, " + polls
                + " polls, " + parks + " parks, " + timers + " timers, " + sockets + " sockets, " + blockingWork
                + " blocking";
    }
}
