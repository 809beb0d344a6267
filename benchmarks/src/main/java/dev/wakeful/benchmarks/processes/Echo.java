// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// TCP echo: what a request costs the server in processor time, all its threads and the system calls included. All
/// servers stand side by side through all rounds, each on the same processor; those whose turn it is not are idle.
public final class Echo implements Workload {
    /// The same for every server in Java.
    private static final List<String> FLAGS = List.of(
            "-Xms256m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-Djdk.virtualThreadScheduler.parallelism=1",
            "-Djdk.virtualThreadScheduler.maxPoolSize=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

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
        var names = new ArrayList<>(List.of("wakeful", "virtualThreads", "nettyNio"));
        if (hasEpoll()) {
            names.add("nettyEpoll");
        }
        if (Tokio.isAvailable()) {
            names.add("tokio");
        }
        if (hasC()) {
            names.add("c");
        }
        return names;
    }

    @Override
    public Map<String, String> skipped() {
        var skipped = new LinkedHashMap<String, String>();
        if (!hasEpoll()) {
            skipped.put("nettyEpoll", "its native library is not for this system");
        }
        if (!Tokio.isAvailable()) {
            skipped.put("tokio", Tokio.MISSING);
        }
        if (!hasC()) {
            skipped.put("c", "it needs Linux and gcc");
        }
        return skipped;
    }

    private static boolean hasEpoll() {
        return System.getProperty("os.name").equals("Linux")
                && List.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
    }

    private static boolean hasC() {
        return System.getProperty("os.name").equals("Linux") && Java.isInstalled("gcc");
    }

    @Override
    public Session open(Effort effort) throws Exception {
        return new Servers(effort);
    }

    private final class Servers implements Session {
        private final Effort effort;
        private final Map<String, Server> servers = new HashMap<>();

        Servers(Effort effort) throws IOException, InterruptedException {
            this.effort = effort;
            try {
                for (String contestant : contestants()) {
                    servers.put(contestant, Server.start(Java.onOneProcessor(command(contestant))));
                }
            } catch (IOException | InterruptedException | RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public Sample measure(String contestant) throws IOException {
            Server server = servers.get(contestant);
            if (server == null) {
                throw new IllegalArgumentException("there is no echo server of " + contestant);
            }
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
            for (Server server : servers.values()) {
                server.close();
            }
        }
    }

    private static List<String> command(String contestant) throws IOException, InterruptedException {
        return switch (contestant) {
            case "c" -> List.of(compile().toString());
            case "tokio" -> Tokio.command("echo");
            default -> Java.command(EchoServer.class, FLAGS, contestant);
        };
    }

    private static Path compile() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("wakeful-echo");
        Path source = folder.resolve("echo.c");
        Path program = folder.resolve("echo");
        folder.toFile().deleteOnExit();
        source.toFile().deleteOnExit();
        program.toFile().deleteOnExit();
        try (InputStream text = Echo.class.getResourceAsStream("echo.c")) {
            if (text == null) {
                throw new IOException("echo.c is not beside " + Echo.class);
            }
            Files.copy(text, source);
        }
        Java.run(List.of("gcc", "-O2", "-pthread", "-o", program.toString(), source.toString()));
        return program;
    }
}
