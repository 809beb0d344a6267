// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import java.util.ArrayList;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/// Many tasks at once, in crowds one after the other: each is spawned, gives way four times, and ends. The unit is one
/// task, so that the curve shows what a larger crowd costs.
public class Crowd extends OneThread {
    private static final int ALL = 100_000;
    private static final int YIELDS = 4;

    /// How many tasks live at once.
    @Param({"10", "1000", "100000"})
    public int tasks;

    /// Made by JMH.
    public Crowd() {}

    /// Children of a scope.
    ///
    /// @return the number of tasks
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(ALL)
    public int wakeful() throws Exception {
        for (int crowd = 0; crowd < ALL / tasks; crowd++) {
            runtime().blockOn(TaskScope.run(scope -> {
                for (int task = 0; task < tasks; task++) {
                    scope.spawn(() -> {
                        for (int i = 0; i < YIELDS; i++) {
                            await(yieldNow());
                        }
                    });
                }
            }));
        }
        return ALL;
    }

    /// Virtual threads.
    ///
    /// @return the number of tasks
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(ALL)
    public int virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            var all = new ArrayList<Thread>(tasks);
            for (int crowd = 0; crowd < ALL / tasks; crowd++) {
                all.clear();
                for (int task = 0; task < tasks; task++) {
                    all.add(Thread.ofVirtual().start(() -> {
                        for (int i = 0; i < YIELDS; i++) {
                            Thread.yield();
                        }
                    }));
                }
                for (Thread thread : all) {
                    thread.join();
                }
            }
            return ALL;
        });
    }

    /// `launch`.
    ///
    /// @return the number of tasks
    @Benchmark
    @OperationsPerInvocation(ALL)
    public int kotlinx() {
        for (int crowd = 0; crowd < ALL / tasks; crowd++) {
            Coroutines.crowd(tasks, YIELDS);
        }
        return ALL;
    }
}
