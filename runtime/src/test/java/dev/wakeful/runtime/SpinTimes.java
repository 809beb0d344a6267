// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.WakerCell;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// How long a worker should look for work before it parks: a thread outside wakes a task every so often, and what is
/// printed is how late the task is polled and the processor time of the workers for each wake. Takes about half a
/// minute; `docs/concurrency.md` has the last result.
public final class SpinTimes {
    private static final long[] SPINS = {0, 5_000, 20_000, 50_000, 100_000};
    private static final long[] GAPS = {10_000, 20_000, 50_000, 200_000};
    private static final int ROUNDS = 3;
    private static final long TURN_NANOS = 300_000_000L;

    private SpinTimes() {}

    /// Prints the table, the median of the rounds, which take turns.
    ///
    /// @param words none
    /// @throws Exception never
    public static void main(String[] words) throws Exception {
        for (long spin : SPINS) {
            measure(1, spin, 20_000); // warms up
        }
        for (int workers = 1; workers <= 2; workers++) {
            for (long gap : GAPS) {
                table(workers, gap);
            }
        }
    }

    private static void table(int workers, long gap) throws Exception {
        var latency = new double[SPINS.length][ROUNDS];
        var cpu = new double[SPINS.length][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < SPINS.length; i++) {
                double[] both = measure(workers, SPINS[i], gap);
                latency[i][round] = both[0];
                cpu[i][round] = both[1];
            }
        }
        for (int i = 0; i < SPINS.length; i++) {
            System.out.printf(
                    "%d workers, a wake every %,d ns, looks for %,d ns: polled after %.1f us, %.1f us of processor"
                            + " time%n",
                    workers, gap, SPINS[i], median(latency[i]), median(cpu[i]));
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /// The median delay of a poll, and the processor time for each wake, in microseconds.
    private static double[] measure(int workers, long spin, long gap) throws Exception {
        try (var runtime =
                AsyncRuntime.multiThread().workers(workers).spin(spin).build()) {
            var bell = new Bell();
            var handle = runtime.spawn(bell);
            var delays = new double[(int) (TURN_NANOS / gap) + 1];
            double cpuBefore = processorNanos();
            long begin = System.nanoTime();
            int rings = 0;
            for (long next = begin; next - begin < TURN_NANOS; next += gap) {
                while (System.nanoTime() - next < 0) {
                    Thread.onSpinWait();
                }
                delays[rings++] = bell.ring();
            }
            double cpu =
                    processorNanos() - cpuBefore - (double) (System.nanoTime() - begin); // without the one who rings
            bell.end();
            runtime.blockOn(handle);
            Arrays.sort(delays, 0, rings);
            return new double[] {delays[rings / 2] / 1000, cpu / rings / 1000};
        }
    }

    private static double processorNanos() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    /// Rings, and is heard in a poll. The one who rings waits for that without giving up its processor.
    private static final class Bell implements Future<@Nullable Void> {
        private final WakerCell cell = new WakerCell();
        private volatile long rung;
        private volatile long heard;
        private volatile boolean ended;

        double ring() {
            long now = System.nanoTime();
            rung = now;
            cell.wake();
            long giveUp = now + 50_000_000;
            while (heard < now && System.nanoTime() < giveUp) {
                Thread.onSpinWait();
            }
            return heard - now;
        }

        void end() {
            ended = true;
            cell.wake();
            LockSupport.parkNanos(1);
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            cell.register(cx.waker());
            if (ended) {
                return Poll.ready(null);
            }
            if (rung > heard) {
                heard = System.nanoTime();
            }
            return Poll.pending();
        }
    }
}
