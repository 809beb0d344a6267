// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.task.Task;
import dev.wakeful.task.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The polls of a run in words that can be compared with those of another run of the same seed.
final class StepTrace {
    /// Behind so many, runs are compared by their hash alone.
    private static final int MOST = 10_000;

    private final List<Step> steps = new ArrayList<>();

    private record Step(
            String task,
            long nanos,
            boolean ended,
            @Nullable StackTraceElement site) {
        @Override
        public String toString() {
            return task + (ended ? " to its end" : site == null ? " to a wait" : " to the await at " + site) + ", at "
                    + Duration.ofNanos(nanos);
        }
    }

    /// A task was polled.
    void add(Task<?> task, long nanos) {
        if (steps.size() < MOST) {
            boolean ended = task.isFinished();
            steps.add(new Step(
                    task.toString(),
                    nanos,
                    ended,
                    ended ? null : Trace.ofTask(task).innermostSite()));
        }
    }

    /// Where two runs part.
    ///
    /// @return the poll of each in words, or `null` when there is no difference
    static @Nullable String firstDifference(StepTrace first, StepTrace second) {
        int most = Math.max(first.steps.size(), second.steps.size());
        for (int i = 0; i < most; i++) {
            String one = first.at(i);
            String other = second.at(i);
            if (!one.equals(other)) {
                return "poll " + (i + 1) + " was " + one + ", and then " + other;
            }
        }
        return null;
    }

    private String at(int index) {
        return index < steps.size() ? "of " + steps.get(index) : "none";
    }
}
