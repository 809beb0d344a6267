// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A program run by the launcher's main class in a process of its own, with what it prints.
final class ExampleProcess implements AutoCloseable {
    /// A watchdog, not an expectation: a program that takes this long hangs.
    private static final long WATCHDOG_SECONDS = 120;

    private final Process process;
    private final CompletableFuture<String> errors;
    private final BufferedReader output;

    private ExampleProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
        this.errors = CompletableFuture.supplyAsync(() -> {
            try {
                return process.errorReader().readAllAsString();
            } catch (IOException e) {
                return "";
            }
        });
    }

    /// The folder that holds the programs.
    static Path programs() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("Race.java")) ? here : here.resolve("examples");
    }

    /// Starts `wakeful run FILE ARGS`.
    static ExampleProcess run(String file, String... args) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.wakeful.cli.Main",
                "run",
                programs().resolve(file).toString()));
        command.addAll(List.of(args));
        return new ExampleProcess(new ProcessBuilder(command).start());
    }

    /// Runs a program to its end.
    static Result runToEnd(String file, String... args) throws Exception {
        try (var program = run(file, args)) {
            return program.end();
        }
    }

    /// The next line that the program prints, or `null` at the end.
    String readLine() throws IOException {
        return output.readLine();
    }

    Result end() throws Exception {
        var text = CompletableFuture.supplyAsync(() -> {
            var lines = new StringBuilder();
            output.lines().forEach(line -> lines.append(line).append('\n'));
            return lines.toString();
        });
        if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the program did not end within " + WATCHDOG_SECONDS + " s");
        }
        return new Result(process.exitValue(), text.get(), errors.get());
    }

    /// Whether the program is still running.
    boolean isAlive() {
        return process.isAlive();
    }

    /// The number of file descriptors that the program has open.
    long openDescriptors() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return descriptors.count();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    record Result(int exitCode, String output, String errors) {}
}
