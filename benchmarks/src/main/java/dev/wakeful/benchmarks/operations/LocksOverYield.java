// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.sync.Mutex;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Two tasks that want one mutex; who has it gives way before giving it back.
public class LocksOverYield extends OnThreads {
    private static final int TIMES = 20_000;

    /// Made by JMH.
    public LocksOverYield() {}

    /// A mutex and its guard.
    ///
    /// @return how often it was taken
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int wakeful() throws Exception {
        var mutex = new Mutex();
        runtime().blockOn(TaskScope.run(scope -> {
            for (int task = 0; task < 2; task++) {
                scope.spawn(() -> {
                    for (int i = 0; i < TIMES / 2; i++) {
                        try (var _ = await(mutex.lock())) {
                            await(yieldNow());
                        }
                    }
                });
            }
        }));
        return TIMES;
    }

    /// The JDK's lock on virtual threads.
    ///
    /// @return how often it was taken
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int virtualThreads() throws Exception {
        var lock = new ReentrantLock(true);
        return VirtualThreads.call(() -> {
            Thread other = Thread.ofVirtual().start(() -> half(lock));
            half(lock);
            other.join();
            return TIMES;
        });
    }

    private static void half(ReentrantLock lock) {
        for (int i = 0; i < TIMES / 2; i++) {
            lock.lock();
            try {
                Thread.yield();
            } finally {
                lock.unlock();
            }
        }
    }

    /// `withLock`.
    ///
    /// @return a number that depends on each
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlinx() {
        return Coroutines.mutexOverYield(TIMES);
    }
}
