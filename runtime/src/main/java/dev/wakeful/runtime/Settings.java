// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import java.lang.System.Logger.Level;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a runtime was built with.
///
/// @param name its name
/// @param seed of its random choices
/// @param graceNanos how long clean-up may take
/// @param clock its clock
/// @param onFailure told of failures that nobody awaits, or `null` for the log
/// @param onReport told of reports, or `null` for the log
record Settings(
        String name,
        long seed,
        long graceNanos,
        Clock clock,
        @Nullable BiConsumer<? super TaskRef, ? super Throwable> onFailure,
        @Nullable Consumer<? super Report> onReport) {
    private static final System.Logger LOG = System.getLogger("dev.wakeful.runtime");

    RandomGenerator random() {
        return new SplittableRandom(seed);
    }

    /// Reports a failure that would go unnoticed. Throws nothing.
    void report(TaskRef task, Throwable failure) {
        try {
            if (onFailure != null) {
                onFailure.accept(task, failure);
                return;
            }
        } catch (Throwable broken) {
            LOG.log(Level.ERROR, "the failure handler failed", broken);
        }
        LOG.log(Level.ERROR, task + " of " + name + " failed, and nobody awaits it", failure);
    }

    /// Hands a report to whoever is to have it. Throws nothing.
    void report(Report report) {
        try {
            if (onReport != null) {
                onReport.accept(report);
                return;
            }
        } catch (Throwable broken) {
            LOG.log(Level.ERROR, "the handler of reports failed", broken);
        }
        LOG.log(Level.WARNING, name + ": " + report, report.stack());
    }
}
