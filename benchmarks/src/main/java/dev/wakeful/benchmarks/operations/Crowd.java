// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import dev.wakeful.benchmarks.coroutines.Coroutines;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/// Many tasks at once, in crowds one after the other: each is spawned, does its work a few times, and ends. The unit is
/// one task, so that the curve shows what a larger crowd costs.
public class Crowd extends OnThreads {
    /// What the tasks do.
    public static final List<String> KINDS =
            List.of("yield", "chain", "ping-pong", "channel", "mutex", "semaphore", "timeout", "sleep-cancel");

    /// How often a task does it; a sleep is cancelled once.
    static final int TIMES = 4;

    static final int DEPTH = 10;
    static final int CAPACITY = 128;
    static final int PERMITS = 10;

    private static final int ALL = 100_000;

    /// How many tasks live at once.
    @Param({"10", "1000", "100000"})
    public int tasks;

    /// One of [#KINDS].
    @Param("yield")
    public String does = "yield";

    /// Made by JMH.
    public Crowd() {}

    static IllegalArgumentException unknown(String does) {
        return new IllegalArgumentException("a crowd does one of " + KINDS + ", but not " + does);
    }

    /// Children of a scope.
    ///
    /// @return the number of tasks
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(ALL)
    public int wakeful() throws Exception {
        for (int crowd = 0; crowd < ALL / tasks; crowd++) {
            runtime().blockOn(CrowdOfTasks.of(does, tasks));
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
            for (int crowd = 0; crowd < ALL / tasks; crowd++) {
                CrowdOfThreads.of(does, tasks);
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
            Coroutines.crowd(does, tasks, TIMES);
        }
        return ALL;
    }
}
