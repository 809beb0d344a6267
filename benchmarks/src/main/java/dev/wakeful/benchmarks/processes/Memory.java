// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.util.List;
import java.util.Map;

/// The heap that a task takes while it waits, in a process of its own each time.
public final class Memory implements Workload {
    private static final List<String> FLAGS = List.of(
            "-Xms1g",
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:TLABSize=16k", // the buffer that a thread allocates from counts as used
            "-XX:-ResizeTLAB",
            "-Djdk.virtualThreadScheduler.parallelism=1",
            "-Djdk.virtualThreadScheduler.maxPoolSize=1");

    private final String name;
    private final int depth;

    /// A memory workload.
    ///
    /// @param name its name
    /// @param depth how many functions deep a task waits
    public Memory(String name, int depth) {
        this.name = name;
        this.depth = depth;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return depth == 1
                ? "heap of a task that waits"
                : "heap of a task that waits " + depth + " functions deep, three live locals in each";
    }

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public List<String> contestants() {
        return List.of("wakeful", "virtualThreads", "kotlinx");
    }

    @Override
    public Session open(Effort effort) {
        return contestant -> {
            String output = Java.run(Java.command(ParkedTasks.class, FLAGS, contestant, String.valueOf(depth)));
            double bytes = Double.parseDouble(output.strip());
            return new Sample(bytes, bytes, Map.of());
        };
    }
}
