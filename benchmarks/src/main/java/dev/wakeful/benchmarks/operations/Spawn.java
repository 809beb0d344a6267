// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;

import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Spawns a task that gives a number, and joins it; one after the other.
public class Spawn extends OnThreads {
    private static final int TIMES = 20_000;

    private final EventLoop loop = new EventLoop();

    /// Made by JMH.
    public Spawn() {}

    /// A child of a scope each.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long wakeful() throws Exception {
        return runtime().blockOn(TaskScope.call(scope -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                int value = i & 63;
                sum += await(scope.spawn(() -> value));
            }
            return sum;
        }));
    }

    /// A virtual thread each, started from a virtual thread.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                int value = i & 63;
                var task = new FutureTask<>(() -> value);
                Thread.ofVirtual().start(task);
                sum += task.get();
            }
            return sum;
        });
    }

    /// `async` and `await`.
    ///
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlinx() {
        return Coroutines.spawnAndJoin(threads, TIMES);
    }

    /// A stage each.
    ///
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long completableFuture() {
        long sum = 0;
        for (int i = 0; i < TIMES; i++) {
            int value = i & 63;
            sum += loop.await(CompletableFuture.supplyAsync(() -> value, loop));
        }
        return sum;
    }
}
