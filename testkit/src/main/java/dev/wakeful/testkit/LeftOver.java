// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.internal.Begun;
import dev.wakeful.task.Task;
import dev.wakeful.task.Trace;
import java.util.ArrayList;
import java.util.List;

/// What is left when a run has ended, and what was promised for its end.
final class LeftOver {
    private final Simulation simulation;
    private final Driving driving;
    private final List<Check> checks = new ArrayList<>();

    private record Check(String name, Runnable check) {}

    LeftOver(Simulation simulation, Driving driving) {
        this.simulation = simulation;
        this.driving = driving;
    }

    void atEnd(String name, Runnable check) {
        checks.add(new Check(name, check));
    }

    /// Makes the checks.
    void requireChecks() {
        for (Check check : checks) {
            try {
                check.check.run();
            } catch (Throwable failure) {
                throw new AssertionError(
                        "does not hold at the end: " + check.name + "; replay with " + driving.replay(), failure);
            }
        }
    }

    /// Throws when there is something.
    void requireNothing() {
        List<String> left = lines();
        if (!left.isEmpty()) {
            var error = new AssertionError(
                    "left over at the end:\n  " + String.join("\n  ", left) + "\nreplay with " + driving.replay());
            unreadFailures().forEach(task -> error.addSuppressed(task.failure()));
            throw error;
        }
    }

    /// A line for each thing.
    List<String> lines() {
        List<String> left = new ArrayList<>();
        simulation.live().forEach(task -> left.add(line(task)));
        left.addAll(simulation.timer().leftOver());
        unreadFailures().forEach(task -> left.add("a failure that nobody read: " + task + " threw " + task.failure()));
        simulation.network().openSockets().forEach(socket -> left.add("an open socket: " + socket));
        Begun.unclosed(simulation.reportTo()).forEach(what -> left.add(what + ", which was not closed"));
        driving.holds().forEach(why -> left.add("a hold that nobody closed: " + why));
        return left;
    }

    private static String line(Task<?> task) {
        Trace trace = Trace.ofTask(task);
        Trace leaf = trace.leaf();
        StackTraceElement site = trace.innermostSite();
        return task + ", which has not ended: " + leaf.label() + (site == null ? "" : ", awaited at " + site)
                + (leaf.resource() == null ? "" : ", waits for " + leaf.resource());
    }

    private List<Task<?>> unreadFailures() {
        return simulation.failedAlone().stream()
                .filter(task -> !driving.roots().contains(task) && !task.isObserved())
                .toList();
    }
}
