// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.LostWakerException;
import dev.wakeful.task.Quiescence;
import dev.wakeful.task.Task;
import dev.wakeful.task.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// How a simulation is driven: to the end of a task, to rest, to a time; and where it is disturbed by the test kit.
final class Driving {
    private final Simulation simulation;
    private final long seed;
    private final int maxSteps;
    private final boolean autoAdvance;
    private final Queue<String> holds = new ConcurrentLinkedQueue<>();
    private final List<Task<?>> roots = new ArrayList<>();
    private @Nullable CancelPoint cancelAt;
    private int suspensions;
    private @Nullable Task<?> root;
    private @Nullable Task<?> endedAsLost;

    Driving(Simulation simulation, long seed, int maxSteps, boolean autoAdvance) {
        this.simulation = simulation;
        this.seed = seed;
        this.maxSteps = maxSteps;
        this.autoAdvance = autoAdvance;
    }

    // ------------------------------------------------------------------------------------------------- to an end

    /// Runs until `task` has ended. When nothing is ready, the clock moves.
    void toTheEndOf(Task<?> task) {
        roots.add(task);
        Task<?> outer = root;
        root = task;
        try {
            long limit = simulation.steps() + maxSteps;
            while (!task.isFinished()) {
                // Read before the look for ready tasks: whoever wakes a task and then lets go is seen by one of the
                // two.
                boolean held = !holds.isEmpty();
                if (stepWithin(limit)) {
                    continue;
                }
                if (held) {
                    simulation.park();
                } else if (!autoAdvance || !simulation.fireNextDeadline(Long.MAX_VALUE)) {
                    endAsLost(task);
                }
            }
        } finally {
            root = outer;
        }
    }

    /// Runs until nothing is ready. The clock stands still.
    void toRest() {
        long limit = simulation.steps() + maxSteps;
        boolean polled;
        do {
            polled = stepWithin(limit);
        } while (polled);
    }

    /// Moves the clock to `target`, with a rest after each deadline on the way.
    void toTime(long target) {
        toRest();
        while (simulation.fireNextDeadline(target)) {
            toRest();
        }
        simulation.timer().moveTo(target);
    }

    private boolean stepWithin(long limit) {
        if (simulation.steps() >= limit) {
            throw new AssertionError("still busy after " + maxSteps + " polls, so somebody wakes itself for ever:\n"
                    + dump() + "replay with " + replay());
        }
        Task<?> polled = simulation.step();
        if (polled != null && !polled.isFinished() && root != null) {
            suspended(root);
        }
        return polled != null;
    }

    /// Winds the root down with the report as its failure; its clean-up may wait for ever too, and then this throws.
    private void endAsLost(Task<?> task) {
        List<Task<?>> waiting = simulation.live();
        var lost = new LostWakerException(Quiescence.report(waiting) + "\nat "
                + Duration.ofNanos(simulation.timer().nanos()) + " of virtual time, after " + simulation.steps()
                + " polls; replay with " + replay());
        if (task == endedAsLost) {
            throw lost;
        }
        endedAsLost = task;
        task.endLost(lost);
    }

    // ------------------------------------------------------------------------------------------------- disturbing

    private void suspended(Task<?> running) {
        suspensions++;
        CancelPoint point = cancelAt;
        if (point == null) {
            return;
        }
        if (suspensions == point.await()) {
            running.abort("cancelled at await " + suspensions + " by the test kit");
        }
        if (suspensions == point.graceOverAt()) {
            simulation.endGrace();
        }
    }

    /// Has the root cancelled where `point` says.
    void cancelAt(CancelPoint point) {
        cancelAt = point;
    }

    /// Whether that has happened.
    boolean isCancelled() {
        return cancelAt != null && suspensions >= cancelAt.await();
    }

    int suspensions() {
        return suspensions;
    }

    // ------------------------------------------------------------------------------------------------- looking

    Queue<String> holds() {
        return holds;
    }

    /// The tasks that the test has waited for, whose failures it was given.
    List<Task<?>> roots() {
        return roots;
    }

    String replay() {
        return "-Dwakeful.seed=" + seed + " -Dwakeful.schedule=" + simulation.taken()
                + (cancelAt == null ? "" : " -Dwakeful.cancel=" + cancelAt);
    }

    String dump() {
        var text = new StringBuilder();
        for (Task<?> task : simulation.live()) {
            text.append(task).append(task.isIdle() ? " waits:\n" : " is ready:\n");
            text.append(Trace.ofTask(task).toText("  "));
        }
        return text.toString();
    }
}
