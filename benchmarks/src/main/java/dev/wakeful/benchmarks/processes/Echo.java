// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// TCP echo: what a request costs the server in processor time, all its threads and the system calls included.
public final class Echo implements Workload {
    private static final List<String> HEAP = List.of("-Xms256m", "-Xmx256m");
    private static final int BUFFER = 16 * 1024;

    private final String name;
    private final int connections;
    private final int size;

    /// An echo workload.
    ///
    /// @param name its name
    /// @param connections how many are busy at once
    /// @param size the bytes of a message
    public Echo(String name, int connections, int size) {
        this.name = name;
        this.connections = connections;
        this.size = size;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return "TCP echo of " + size + " bytes, connections busy at once: " + connections
                + "; processor time of the server a request";
    }

    @Override
    public String unit() {
        return "cpu us";
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
        return new Busy(effort, EchoServers.start(HEAP, BUFFER));
    }

    private final class Busy implements Session {
        private final Effort effort;
        private final EchoServers servers;

        Busy(Effort effort, EchoServers servers) {
            this.effort = effort;
            this.servers = servers;
        }

        @Override
        public Sample measure(String contestant) throws IOException {
            Server server = servers.of(contestant);
            try (var load = new LoadGenerator(server.port(), connections, size)) {
                load.run(1_000_000L * effort.millis() * effort.iterations());
                return slices(server, load);
            }
        }

        private Sample slices(Server server, LoadGenerator load) throws IOException {
            double[] costs = new double[effort.iterations()];
            double[] halves = new double[costs.length];
            double[] tails = new double[costs.length];
            long requests = 0;
            long nanos = System.nanoTime();
            long bytes = server.allocatedBytes();
            for (int i = 0; i < costs.length; i++) {
                long before = server.cpuNanos();
                Latencies latencies = load.run(effort.millis() * 1_000_000L);
                costs[i] = (server.cpuNanos() - before) / 1e3 / latencies.count();
                halves[i] = latencies.nanosAt(0.5) / 1e3;
                tails[i] = latencies.nanosAt(0.99) / 1e3;
                requests += latencies.count();
            }
            nanos = System.nanoTime() - nanos;
            var extras = new LinkedHashMap<String, Double>();
            extras.put("p50 us", Sample.median(halves));
            extras.put("p99 us", Sample.median(tails));
            extras.put("requests/s", requests * 1e9 / nanos);
            long allocated = server.allocatedBytes() - bytes;
            extras.put("bytes", allocated == 0 ? Double.NaN : (double) allocated / requests);
            return new Sample(Arrays.stream(costs).min().orElseThrow(), Sample.median(costs), extras);
        }

        @Override
        public void close() throws IOException {
            servers.close();
        }
    }
}
