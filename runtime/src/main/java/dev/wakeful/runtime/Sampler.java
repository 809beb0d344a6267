// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import org.jspecify.annotations.Nullable;

/// Measures, for one polling thread, how long a poll takes and how long a woken task waits for its poll: the one and
/// the other by turns, on every beat of many polls and after every park, so that reading the clock costs next to
/// nothing.
///
/// Used by the thread that polls; what was recorded may be read by any thread and may be of a moment ago.
final class Sampler {
    final LatencyHistogram.Recorder pollTimes = new LatencyHistogram.Recorder();
    final LatencyHistogram.Recorder waits = new LatencyHistogram.Recorder();

    private boolean wakeIsNext;
    private boolean due;
    private boolean polling;
    private long pollStart;
    private @Nullable Task<?> woken;
    private long wokenAt;
    private boolean wantsWake;
    private long wakes;

    private final Observed observed;

    /// Somebody wants to know of each poll, as of the last beat.
    private boolean telling;

    Sampler(Observed observed) {
        this.observed = observed;
        this.telling = observed.wantsPolls();
    }

    /// The next poll or the next wake is measured.
    void beat() {
        due |= !wakeIsNext;
        wantsWake |= wakeIsNext && woken == null;
        wakeIsNext = !wakeIsNext;
        telling = observed.wantsPolls();
    }

    /// A task was queued by this thread.
    void scheduled(Task<?> task) {
        wakes++;
        if (wantsWake) {
            wantsWake = false;
            woken = task;
            wokenAt = Clock.raw();
        }
    }

    /// So many tasks were queued by this thread at once.
    ///
    /// @param oldest the first of them, or null when there is none
    void resumed(int tasks, @Nullable Task<?> oldest) {
        if (oldest != null) {
            scheduled(oldest);
            wakes += tasks - 1;
        }
    }

    long wakes() {
        return wakes;
    }

    /// A poll begins. Gives what [#end] is to be called with.
    @Nullable
    Object begin(Task<?> task) {
        if (due || task == woken) {
            measure(task);
        }
        return telling ? observed.beginPoll(task) : null;
    }

    private void measure(Task<?> task) {
        long now = Clock.raw();
        if (task == woken) {
            woken = null;
            waits.record(now - wokenAt);
        }
        if (due) {
            due = false;
            polling = true;
            pollStart = now;
        }
    }

    /// The poll has ended.
    void end(@Nullable Object begun, Task<?> task) {
        if (polling) {
            polling = false;
            pollTimes.record(Clock.raw() - pollStart);
        }
        if (begun != null) {
            observed.endPoll(begun, task);
        }
    }

    /// The thread has nothing to do: what was woken here was polled elsewhere.
    void idle() {
        woken = null;
    }
}
