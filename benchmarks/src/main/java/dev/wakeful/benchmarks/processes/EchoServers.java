// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The echo servers of all contestants. They stand side by side through all rounds, each on the same processor; those
/// whose turn it is not are idle.
final class EchoServers implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Djdk.virtualThreadScheduler.parallelism=1",
            "-Djdk.virtualThreadScheduler.maxPoolSize=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final Map<String, Server> servers = new HashMap<>();

    private EchoServers() {}

    /// Starts them all.
    ///
    /// @param heap further flags, the same for every server in Java
    /// @param buffer the bytes of the buffer that a connection keeps, where it keeps one
    static EchoServers start(List<String> heap, int buffer) throws IOException, InterruptedException {
        var all = new EchoServers();
        boolean started = false;
        try {
            for (String contestant : contestants()) {
                List<String> command = command(contestant, heap, buffer);
                all.servers.put(contestant, Server.start(Java.onOneProcessor(command)));
            }
            started = true;
            return all;
        } finally {
            if (!started) {
                all.close();
            }
        }
    }

    Server of(String contestant) {
        Server server = servers.get(contestant);
        if (server == null) {
            throw new IllegalArgumentException("there is no echo server of " + contestant);
        }
        return server;
    }

    @Override
    public void close() throws IOException {
        for (Server server : servers.values()) {
            server.close();
        }
    }

    static List<String> contestants() {
        var names = new ArrayList<>(List.of("wakeful", "virtualThreads", "nettyNio"));
        if (hasEpoll()) {
            names.add("nettyEpoll");
        }
        names.add("vertx");
        if (Tokio.isAvailable()) {
            names.add("tokio");
        }
        if (hasC()) {
            names.add("c");
        }
        return names;
    }

    static Map<String, String> skipped() {
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

    private static List<String> command(String contestant, List<String> heap, int buffer)
            throws IOException, InterruptedException {
        return switch (contestant) {
            case "c" -> List.of(compile().toString());
            case "tokio" -> Tokio.command("echo", String.valueOf(buffer));
            default -> {
                var flags = new ArrayList<>(heap);
                flags.addAll(FLAGS);
                yield Java.command(EchoServer.class, flags, contestant, String.valueOf(buffer));
            }
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
