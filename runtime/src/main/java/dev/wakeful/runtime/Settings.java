// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.internal.Words;
import java.lang.System.Logger.Level;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a runtime was built with.
///
/// @param name its name
/// @param workers how many threads poll tasks, or 0 when the one in `blockOn` does
/// @param seed of its random choices
/// @param budget how many leaf operations a poll may complete
/// @param queueCapacity how many tasks the queue of a worker holds
/// @param spinNanos how long a worker looks for work before it parks
/// @param graceNanos how long clean-up may take
/// @param clock its clock
/// @param onFailure told of failures that nobody awaits, or `null` for the log
/// @param onReport told of reports, or `null` for the log
/// @param observed told of the life of tasks and workers
/// @param unhandled what follows from failures that nobody awaits
/// @param starter starts threads; throws when there is no memory for one
record Settings(
        String name,
        int workers,
        long seed,
        int budget,
        int queueCapacity,
        long spinNanos,
        long graceNanos,
        Clock clock,
        @Nullable BiConsumer<? super TaskRef, ? super Throwable> onFailure,
        @Nullable Consumer<? super Report> onReport,
        Observed observed,
        UnhandledFailure unhandled,
        Consumer<Thread> starter) {

    RandomGenerator random() {
        return new SplittableRandom(seed);
    }

    /// Wakes a waker that may not be ours: whatever it throws, which it must not, is reported, and the caller goes on.
    static void wake(Waker waker) {
        try {
            waker.wake();
        } catch (Throwable broken) {
            Log.log(
                    Level.ERROR,
                    Words.of(waker) + " threw, which a waker must not; its task may not be polled",
                    broken);
        }
    }

    /// Reports a failure that would go unnoticed. Throws nothing.
    void report(TaskRef task, Throwable failure) {
        try {
            if (onFailure != null) {
                onFailure.accept(task, failure);
                return;
            }
        } catch (Throwable broken) {
            Log.log(Level.ERROR, "the failure handler failed", broken);
        }
        Log.log(Level.ERROR, task + " of " + Words.inLine(name) + " failed, and nobody awaits it", failure);
    }

    /// Hands over a report when the JVM exits, and the log may be closed.
    void reportAtExit(Report report) {
        if (onReport != null) {
            report(report);
        } else {
            System.err.println(report);
        }
    }

    /// Hands a report to whoever is to have it. Throws nothing.
    void report(Report report) {
        observed.reported(report);
        try {
            if (onReport != null) {
                onReport.accept(report);
                return;
            }
        } catch (Throwable broken) {
            Log.log(Level.ERROR, "the handler of reports failed", broken);
        }
        Log.log(Level.WARNING, Words.inLine(name) + ": " + report, report.stack());
    }
}
