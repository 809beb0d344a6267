// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.Future;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/// A limit of an hour around something that is ready, or gives way once.
public class Timeouts extends OnThreads {
    private static final int TIMES = 20_000;
    private static final Duration HOUR = Duration.ofHours(1);

    /// Whether it gives way.
    @Param({"false", "true"})
    public boolean suspends;

    /// Made by JMH.
    public Timeouts() {}

    /// `Time.timeout`.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long wakeful() throws Exception {
        return runtime().blockOn(async(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                sum += await(Time.timeout(HOUR, inner(i & 63)));
            }
            return sum;
        }));
    }

    private Future<Integer> inner(int x) {
        return async(() -> {
            if (suspends) {
                await(yieldNow());
            }
            return x;
        });
    }

    /// A thread of its own, awaited with a limit: what a blocking call cannot do by itself.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                int x = i & 63;
                var task = new FutureTask<>(() -> {
                    if (suspends) {
                        Thread.yield();
                    }
                    return x;
                });
                Thread.ofVirtual().start(task);
                sum += task.get(1, TimeUnit.HOURS);
            }
            return sum;
        });
    }

    /// `withTimeout`.
    ///
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlinx() {
        return Coroutines.timeout(suspends, TIMES);
    }
}
