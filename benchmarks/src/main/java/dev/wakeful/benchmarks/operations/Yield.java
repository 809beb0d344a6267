// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import dev.wakeful.benchmarks.coroutines.Coroutines;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Two tasks that give way to each other: one turn of the run queue, one change of task.
@State(Scope.Thread)
public class Yield {
    private static final int TIMES = 100_000;

    /// Made by JMH.
    public Yield() {}

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
        Coroutines.yields(TIMES);
        return TIMES;
    }
}
