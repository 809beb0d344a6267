// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import dev.wakeful.benchmarks.coroutines.Coroutines;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Spawns a task that sleeps for an hour, lets it begin, cancels it and joins it.
@State(Scope.Thread)
public class SleepAndCancel {
    private static final int TIMES = 10_000;
    private static final Duration HOUR = Duration.ofHours(1);

    /// Made by JMH.
    public SleepAndCancel() {}

    /// Start, interrupt, join.
    ///
    /// @return the number of tasks
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            for (int i = 0; i < TIMES; i++) {
                Thread sleeper = Thread.ofVirtual().start(SleepAndCancel::sleep);
                Thread.yield();
                sleeper.interrupt();
                sleeper.join();
            }
            return TIMES;
        });
    }

    private static void sleep() {
        try {
            Thread.sleep(HOUR);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // cancelled
        }
    }

    /// `launch`, `delay`, `cancel`, `join`.
    ///
    /// @return the number of tasks
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int kotlinx() {
        Coroutines.sleepAndCancel(TIMES);
        return TIMES;
    }
}
