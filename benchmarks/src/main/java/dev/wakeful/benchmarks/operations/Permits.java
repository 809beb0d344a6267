// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.sync.Semaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Takes one of ten permits that nobody else wants, and gives it back.
public class Permits extends OnThreads {
    private static final int TIMES = 100_000;

    /// Made by JMH.
    public Permits() {}

    /// A permit is an object that is closed.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long wakeful() throws Exception {
        var semaphore = new Semaphore(10);
        return runtime().blockOn(async(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                try (var _ = await(semaphore.acquire())) {
                    sum += i;
                }
            }
            return sum;
        }));
    }

    /// The JDK's semaphore on a virtual thread.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long virtualThreads() throws Exception {
        var semaphore = new java.util.concurrent.Semaphore(10, true);
        return VirtualThreads.call(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                semaphore.acquire();
                sum += i;
                semaphore.release();
            }
            return sum;
        });
    }

    /// `acquire` and `release`.
    ///
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlinx() {
        return Coroutines.semaphore(TIMES);
    }
}
