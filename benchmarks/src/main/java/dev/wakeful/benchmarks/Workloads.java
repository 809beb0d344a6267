// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.benchmarks.operations.AwaitChain;
import dev.wakeful.benchmarks.operations.SleepAndCancel;
import dev.wakeful.benchmarks.operations.Spawn;
import dev.wakeful.benchmarks.operations.Yield;
import java.util.List;

/// All workloads, in the order of the documentation.
final class Workloads {
    private Workloads() {}

    static List<Workload> all() {
        return List.of(
                new Operation("chain-ready", "ten awaits deep, the leaf is ready; one chain", AwaitChain.class)
                        .with("suspends", false),
                new Operation("chain-pending", "ten awaits deep, the leaf gives way once; one chain", AwaitChain.class)
                        .with("suspends", true),
                new Operation("spawn", "spawn a task that gives a number, and join it", Spawn.class),
                new Operation("yield", "give way once to another task of the thread", Yield.class),
                new Operation(
                        "sleep-cancel",
                        "spawn a task that sleeps for an hour, cancel it and join it",
                        SleepAndCancel.class));
    }
}
