// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;

import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.sync.Mutex;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Four tasks that want one mutex, with two threads that may run them.
public class LocksOnTwo extends OnThreads {
    private static final int TASKS = 4;
    private static final int EACH = 50_000;
    private static final int TIMES = TASKS * EACH;

    private long counter;

    /// Made by JMH.
    public LocksOnTwo() {}

    /// A mutex and its guard.
    ///
    /// @return how often it was taken
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long wakeful() throws Exception {
        var mutex = new Mutex();
        runtime().blockOn(TaskScope.run(scope -> {
            for (int task = 0; task < TASKS; task++) {
                scope.spawn(() -> {
                    for (int i = 0; i < EACH; i++) {
                        try (var _ = await(mutex.lock())) {
                            counter++;
                        }
                    }
                });
            }
        }));
        return counter;
    }

    /// The JDK's lock on virtual threads.
    ///
    /// @return how often it was taken
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long virtualThreads() throws Exception {
        var lock = new ReentrantLock(true);
        return VirtualThreads.call(() -> {
            var threads = new Thread[TASKS];
            for (int task = 0; task < TASKS; task++) {
                threads[task] = Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < EACH; i++) {
                        lock.lock();
                        try {
                            counter++;
                        } finally {
                            lock.unlock();
                        }
                    }
                });
            }
            for (Thread thread : threads) {
                thread.join();
            }
            return counter;
        });
    }

    /// `withLock`.
    ///
    /// @return how often it was taken
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlinx() {
        return Coroutines.mutexOnThreads(threads, TASKS, EACH);
    }
}
