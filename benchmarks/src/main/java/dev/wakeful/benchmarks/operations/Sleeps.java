// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;

import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import org.openjdk.jmh.annotations.Benchmark;

/// A million tasks that sleep between nothing and two seconds, each looking whether it was woken too early.
public class Sleeps extends OnThreads {
    private static final int TASKS = 1_000_000;

    /// Made by JMH.
    public Sleeps() {}

    private static int millis(int task) {
        return (int) (task * 7919L % 2_000);
    }

    private static void check(long from, int millis) {
        if (System.nanoTime() - from < millis * 1_000_000L) {
            throw new IllegalStateException("woken before " + millis + " ms were over");
        }
    }

    /// `Time.sleep`.
    ///
    /// @return the number of tasks
    /// @throws Exception when one woke too early
    @Benchmark
    public int wakeful() throws Exception {
        runtime().blockOn(TaskScope.run(scope -> {
            for (int task = 0; task < TASKS; task++) {
                int millis = millis(task);
                scope.spawn(() -> {
                    long from = System.nanoTime();
                    await(Time.sleep(Duration.ofMillis(millis)));
                    check(from, millis);
                });
            }
        }));
        return TASKS;
    }

    /// `Thread.sleep`.
    ///
    /// @return the number of tasks
    /// @throws Exception when one woke too early
    @Benchmark
    public int virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            var all = new ArrayList<Thread>(TASKS);
            for (int task = 0; task < TASKS; task++) {
                int millis = millis(task);
                all.add(Thread.ofVirtual().start(() -> {
                    try {
                        long from = System.nanoTime();
                        Thread.sleep(millis);
                        check(from, millis);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread thread : all) {
                thread.join();
            }
            return TASKS;
        });
    }

    /// `delay`.
    ///
    /// @return the number of tasks
    @Benchmark
    public int kotlinx() {
        int early = Coroutines.sleeps(TASKS);
        if (early > 0) {
            throw new IllegalStateException(early + " woke too early");
        }
        return TASKS;
    }
}
