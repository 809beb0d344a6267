// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

/// What a runtime has done so far, in numbers that are right at one moment each.
///
/// @param runtime the name of the runtime
/// @param tasksStarted how many tasks were started
/// @param tasksLive how many of them have not ended
/// @param polls how many polls of tasks there were; while tasks run, as of the last look at the drivers
/// @param parks how often the thread had nothing to do
/// @param timers how many timers are armed
/// @param sockets how many sockets the driver knows
/// @param blockingWork how many pieces of blocking work run
public record RuntimeMetrics(
        String runtime,
        long tasksStarted,
        long tasksLive,
        long polls,
        long parks,
        int timers,
        int sockets,
        int blockingWork) {

    /// The numbers in one line.
    @Override
    public String toString() {
        return runtime + ": " + tasksStarted + " tasks started, " + tasksLive + " live, " + polls + " polls, " + parks
                + " parks, " + timers + " timers, " + sockets + " sockets, " + blockingWork + " blocking";
    }
}
