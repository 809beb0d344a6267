// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import com.sun.management.ThreadMXBean;
import dev.wakeful.Report;
import dev.wakeful.task.Task;
import dev.wakeful.task.Trace;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds polls that block or hold their thread, by what the JVM counts of the thread: how often it waited, and how much
/// processor time it took. Both are the thread's own, so a busy machine changes neither.
final class PollWatch {
    private static final @Nullable ThreadMXBean THREADS =
            ManagementFactory.getThreadMXBean() instanceof ThreadMXBean counting ? counting : null;

    /// A poll on virtual time has nothing to wait for, so this much of work is a mistake.
    private static final long LONG_NANOS = 1_000_000_000;

    private final Consumer<Report> to;
    private @Nullable StackTraceElement siteBefore;
    private long waitedBefore;
    private long cpuBefore;

    PollWatch(Consumer<Report> to) {
        this.to = to;
    }

    void begin(Task<?> task) {
        if (THREADS != null) {
            siteBefore = Trace.ofTask(task).innermostSite();
            waitedBefore = waited(THREADS);
            cpuBefore = THREADS.getCurrentThreadCpuTime();
        }
    }

    /// @param mayBlock whether the poll was one of blocking work
    void end(Task<?> task, boolean mayBlock) {
        if (THREADS == null || mayBlock) {
            return;
        }
        long nanos = THREADS.getCurrentThreadCpuTime() - cpuBefore;
        if (waited(THREADS) != waitedBefore) {
            to.accept(new Report(
                    "blocking-call",
                    task + " blocked its thread in the poll " + where(task)
                            + "; hand what blocks to Blocking.blocking(...)",
                    task));
        } else if (nanos >= LONG_NANOS) {
            to.accept(new Report(
                    "long-poll",
                    task + " held its thread for " + nanos / 1_000_000 + " ms in the poll " + where(task)
                            + "; await yieldNow() now and then, or hand the work to Blocking.blocking(...)",
                    task));
        }
    }

    private String where(Task<?> task) {
        StackTraceElement before = siteBefore;
        StackTraceElement after = task.isFinished() ? null : Trace.ofTask(task).innermostSite();
        return (before == null ? "from its start" : "from its await at " + before)
                + (after == null ? " to its end" : " to the await at " + after);
    }

    private static long waited(ThreadMXBean threads) {
        return threads.getThreadInfo(Thread.currentThread().threadId()).getWaitedCount();
    }
}
