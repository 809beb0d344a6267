// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

/// A runtime as a management client sees it: the numbers of [RuntimeMetrics], and the dump.
///
/// A runtime that has lived for a second is found under `dev.wakeful:type=AsyncRuntime,id=N,name="..."`, until it is
/// closed. With `-Dwakeful.management=false` none is.
public interface RuntimeMXBean {
    /// The name of the runtime.
    ///
    /// @return the name
    String getName();

    /// How many tasks were started.
    ///
    /// @return the number
    long getTasksStarted();

    /// How many tasks have not ended.
    ///
    /// @return the number
    long getTasksLive();

    /// How many polls of tasks there were.
    ///
    /// @return the number
    long getPolls();

    /// How often a thread had nothing to do.
    ///
    /// @return the number
    long getParks();

    /// How often a task was queued for a poll by a thread that polls.
    ///
    /// @return the number
    long getWakes();

    /// How often a worker took tasks from another one.
    ///
    /// @return the number
    long getSteals();

    /// How many tasks wait in queues for a worker.
    ///
    /// @return the number
    int getQueued();

    /// How long polls took.
    ///
    /// @return as [LatencyHistogram#counts()]
    long[] getPollTimeCounts();

    /// How long woken tasks waited for their poll.
    ///
    /// @return as [LatencyHistogram#counts()]
    long[] getScheduleLatencyCounts();

    /// The time that 99 of 100 polls stay below.
    ///
    /// @return nanoseconds, rounded up to a power of two
    long getPollTimeP99Nanos();

    /// The time that 99 of 100 woken tasks wait for their poll at most.
    ///
    /// @return nanoseconds, rounded up to a power of two
    long getScheduleLatencyP99Nanos();

    /// How many timers are armed.
    ///
    /// @return the number
    int getTimers();

    /// How many sockets the drivers know.
    ///
    /// @return the number
    int getSockets();

    /// How many pieces of blocking work run.
    ///
    /// @return the number
    int getBlockingWork();

    /// Every task and what it waits for, for people.
    ///
    /// @return as [RuntimeDump#text()]
    String dump();

    /// Every task and what it waits for, for programs.
    ///
    /// @return as [RuntimeDump#json()]
    String dumpJson();
}
