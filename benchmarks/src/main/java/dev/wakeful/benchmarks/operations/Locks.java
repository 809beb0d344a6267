// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.sync.Mutex;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Takes a mutex that nobody else wants, and gives it back.
public class Locks extends OnThreads {
    private static final int TIMES = 100_000;

    /// Made by JMH.
    public Locks() {}

    /// A mutex and its guard.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long wakeful() throws Exception {
        var mutex = new Mutex();
        return runtime().blockOn(async(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                try (var _ = await(mutex.lock())) {
                    sum += i;
                }
            }
            return sum;
        }));
    }

    /// The JDK's lock on a virtual thread.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long virtualThreads() throws Exception {
        var lock = new ReentrantLock();
        return VirtualThreads.call(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                lock.lock();
                try {
                    sum += i;
                } finally {
                    lock.unlock();
                }
            }
            return sum;
        });
    }

    /// `withLock`.
    ///
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlinx() {
        return Coroutines.mutex(TIMES);
    }
}
