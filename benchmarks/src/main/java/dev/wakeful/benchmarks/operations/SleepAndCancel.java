// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.CancelledException;
import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.time.Time;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Spawns a task that sleeps for an hour, lets it begin, cancels it and joins it.
public class SleepAndCancel extends OnThreads {
    private static final int TIMES = 10_000;
    private static final Duration HOUR = Duration.ofHours(1);

    /// Made by JMH.
    public SleepAndCancel() {}

    /// `spawn`, `sleep`, `abort`, and the handle awaited.
    ///
    /// @return the number of tasks that were cancelled
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int wakeful() throws Exception {
        return runtime().blockOn(TaskScope.call(scope -> {
            int cancelled = 0;
            for (int i = 0; i < TIMES; i++) {
                var sleeper = scope.spawn(Time.sleep(HOUR));
                await(yieldNow());
                sleeper.abort();
                try {
                    await(sleeper);
                } catch (CancelledException e) {
                    cancelled++;
                }
            }
            return cancelled;
        }));
    }

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
