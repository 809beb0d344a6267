// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Many connections that have been answered once and say nothing more: the memory of the process that each takes, what
/// the server does meanwhile, and what a request costs on one more connection that is busy.
public final class Idle implements Workload {
    /// A heap that grows and shrinks with what is live, so that the memory of the process follows it.
    private static final List<String> HEAP =
            List.of("-Xms8m", "-Xmx1g", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    private static final int SIZE = 64;
    private static final int SETTLE_MILLIS = 1_000;

    private final String name;
    private final int connections;

    /// A workload of idle connections.
    ///
    /// @param name its name
    /// @param connections how many
    public Idle(String name, int connections) {
        this.name = name;
        this.connections = connections;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return connections + " idle connections with a buffer of " + SIZE
                + " bytes each, where one is kept; memory of the process for each";
    }

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public List<String> contestants() {
        return EchoServers.contestants();
    }

    @Override
    public Map<String, String> skipped() {
        return EchoServers.skipped();
    }

    @Override
    public Session open(Effort effort) throws Exception {
        return new Waiting(effort, EchoServers.start(HEAP, SIZE));
    }

    private final class Waiting implements Session {
        private final Effort effort;
        private final EchoServers servers;

        Waiting(Effort effort, EchoServers servers) {
            this.effort = effort;
            this.servers = servers;
        }

        @Override
        public Sample measure(String contestant) throws Exception {
            Server server = servers.of(contestant);
            try (var busy = new LoadGenerator(server.port(), 1, SIZE)) {
                busy.run(1_000_000L * effort.millis() * effort.iterations());
                long before = server.residentBytes();
                try (var idle = new LoadGenerator(server.port(), connections, SIZE)) {
                    idle.run(0);
                    double bytes = (double) (server.residentBytes() - before) / connections;
                    return new Sample(bytes, bytes, beside(server, busy));
                }
            }
        }

        private Map<String, Double> beside(Server server, LoadGenerator busy) throws Exception {
            Thread.sleep(SETTLE_MILLIS); // for the JIT compiler, which works after the many connections
            long quiet = server.cpuNanos();
            Thread.sleep(effort.millis());
            long before = server.cpuNanos();
            Latencies latencies = busy.run(effort.millis() * 1_000_000L);
            var extras = new LinkedHashMap<String, Double>();
            extras.put("idle cpu us/s", (before - quiet) / (double) effort.millis());
            extras.put("cpu us a request", (server.cpuNanos() - before) / 1e3 / latencies.count());
            extras.put("p50 us", latencies.nanosAt(0.5) / 1e3);
            extras.put("p99 us", latencies.nanosAt(0.99) / 1e3);
            return extras;
        }

        @Override
        public void close() throws IOException {
            servers.close();
        }
    }
}
