// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

/// What workers have done, for metrics.
///
/// @param polls how many polls began
/// @param wakes how often they queued a task
/// @param steals how often they took tasks from others
/// @param parks how often they had nothing to do
/// @param pollTimes how long polls took
/// @param waits how long woken tasks waited for their polls
record WorkDone(long polls, long wakes, long steals, long parks, LatencyHistogram pollTimes, LatencyHistogram waits) {
    static final WorkDone NOTHING = new WorkDone(0, 0, 0, 0, LatencyHistogram.EMPTY, LatencyHistogram.EMPTY);

    WorkDone plus(Worker worker) {
        Polls of = worker.polls();
        Sampler sampler = of.sampler();
        return new WorkDone(
                polls + of.count(),
                wakes + sampler.wakes(),
                steals + worker.steals(),
                parks + of.parks(),
                pollTimes.plus(sampler.pollTimes),
                waits.plus(sampler.waits));
    }
}
