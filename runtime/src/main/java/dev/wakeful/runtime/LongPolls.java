// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.internal.Words;
import dev.wakeful.task.Task;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What the watch has seen of one thread that polls: finds polls that hold it. Used by the watch.
///
/// It counts its own looks at one and the same poll and the processor time that passed, not the time by the clock, so
/// neither a pause of the JVM nor a busy machine makes a poll long.
final class LongPolls {
    /// After about 10 ms somebody else takes care of what the thread holds up.
    private static final int TICKS_TO_HAND_OVER = 2;

    /// A cold JVM that loads classes takes some tens of milliseconds for a first poll, which is no mistake.
    private static final int TICKS_TO_REPORT = 20;
    private static final int TICKS_TO_REPORT_AGAIN = 200;
    private static final long LONG_NANOS = 100_000_000;
    private static final long HELD_NANOS = 4_000_000;

    private final Settings settings;
    private final BooleanSupplier handOver;
    private long activityBefore = -1;
    private int ticks;
    private int waiting;
    private long cpuAtFirst;
    private StackTraceElement[] first = {};
    private boolean handedOver;
    private boolean reported;

    /// @param handOver has others take care of what the thread holds up; `false` when it is to be asked again
    LongPolls(Settings settings, BooleanSupplier handOver) {
        this.settings = settings;
        this.handOver = handOver;
    }

    /// The processor time of threads, a class of its own because a JVM takes long to bring it up and most polls are
    /// short.
    private static final class Cpu {
        private static final @Nullable ThreadMXBean THREADS = threads();

        private static @Nullable ThreadMXBean threads() {
            try {
                ThreadMXBean threads = ManagementFactory.getThreadMXBean();
                return threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled() ? threads : null;
            } catch (LinkageError | UnsupportedOperationException _) {
                return null; // a JVM without that module
            }
        }

        static boolean isUnknown() {
            return THREADS == null;
        }

        static long nanos(Thread thread) {
            return THREADS == null ? 0 : THREADS.getThreadCpuTime(thread.threadId());
        }
    }

    /// Looks at the thread.
    ///
    /// @param activity a number that every poll and every park changes
    /// @param running the task that is polled, or `null`
    void look(long activity, @Nullable Task<?> running, @Nullable Thread thread) {
        boolean another = activity != activityBefore;
        activityBefore = activity;
        if (another || running == null || thread == null) {
            ticks = 0;
            waiting = 0;
            reported = false;
            handedOver = false;
            return;
        }
        ticks++;
        waiting = isWaiting(thread) ? waiting + 1 : 0;
        if (ticks == 1) {
            cpuAtFirst = Cpu.nanos(thread);
        } else if (ticks == TICKS_TO_HAND_OVER) {
            first = thread.getStackTrace();
        }
        if (!handedOver && ticks >= TICKS_TO_HAND_OVER && holds(thread)) {
            handedOver = handOver.getAsBoolean();
        }
        boolean due = ticks >= TICKS_TO_REPORT && !reported;
        if ((due || ticks == TICKS_TO_REPORT_AGAIN) && isLong(thread)) {
            reported = true;
            report(running, thread);
        }
    }

    private static boolean isWaiting(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            default -> false;
        };
    }

    /// Whether the thread waits or computes. One that the system gives no processor to would not be helped by another.
    private boolean holds(Thread thread) {
        return waiting > 1 || Cpu.isUnknown() || Cpu.nanos(thread) - cpuAtFirst >= HELD_NANOS;
    }

    private boolean isLong(Thread thread) {
        return waiting >= TICKS_TO_REPORT || Cpu.isUnknown() || Cpu.nanos(thread) - cpuAtFirst >= LONG_NANOS;
    }

    /// With `-Dwakeful.await=block` a poll waits while the body of a block that was not compiled runs on its own
    /// thread: as long as whoever steps through it takes.
    private static boolean isWaitingForABody(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .anyMatch(frame -> frame.getClassName().equals("dev.wakeful.ThreadBlock")
                        && frame.getMethodName().equals("waitFor"));
    }

    private void report(Task<?> task, Thread thread) {
        var stack = new Throwable("where the thread \"" + Words.inLine(thread.getName()) + "\" was");
        stack.setStackTrace(thread.getStackTrace());
        if (isWaitingForABody(stack.getStackTrace())) {
            return;
        }
        var before = new Throwable("where it was before");
        before.setStackTrace(first);
        stack.addSuppressed(before);
        if (waiting >= TICKS_TO_REPORT) {
            settings.report(new Report(
                    "blocking-call",
                    task + " blocks the thread \"" + Words.inLine(thread.getName())
                            + "\" in its poll; hand what blocks to Blocking.blocking(...)",
                    task,
                    stack));
        } else {
            settings.report(new Report(
                    "long-poll",
                    task + " has held the thread \"" + Words.inLine(thread.getName()) + "\" for more than "
                            + ticks * Watch.TICK_MILLIS
                            + " ms in one poll; await yieldNow() now and then, or hand the work to"
                            + " Blocking.blocking(...)",
                    task,
                    stack));
        }
    }
}
