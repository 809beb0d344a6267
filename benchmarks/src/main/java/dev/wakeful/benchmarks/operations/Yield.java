// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Two tasks that give way to each other: one turn of the run queue, one change of task.
public class Yield extends OnThreads {
    private static final int TIMES = 100_000;

    /// Made by JMH.
    public Yield() {}

    /// `yieldNow`.
    ///
    /// @return the number of turns
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int wakeful() throws Exception {
        runtime().blockOn(TaskScope.run(scope -> {
            for (int task = 0; task < 2; task++) {
                scope.spawn(() -> {
                    for (int i = 0; i < TIMES / 2; i++) {
                        await(yieldNow());
                    }
                });
            }
        }));
        return TIMES;
    }

    /// `Thread.yield` on a virtual thread.
    ///
    /// @return the number of turns
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            Thread other = Thread.ofVirtual().start(Yield::yieldHalf);
            yieldHalf();
            other.join();
            return TIMES;
        });
    }

    private static void yieldHalf() {
        for (int i = 0; i < TIMES / 2; i++) {
            Thread.yield();
        }
    }

    /// `yield`.
    ///
    /// @return the number of turns
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int kotlinx() {
        Coroutines.yields(threads, TIMES);
        return TIMES;
    }
}
