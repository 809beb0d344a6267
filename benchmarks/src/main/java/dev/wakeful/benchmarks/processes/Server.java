// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server process under test.
final class Server implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final int port;

    private Server(Process process, BufferedReader answers, int port) {
        this.process = process;
        this.answers = answers;
        this.questions = process.outputWriter();
        this.port = port;
    }

    /// Starts a process and waits for the line `port N`.
    static Server start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader answers = process.inputReader();
        String line = answers.readLine();
        if (line == null || !line.startsWith("port ")) {
            process.destroyForcibly();
            throw new IOException("no server came up: " + String.join(" ", command));
        }
        return new Server(process, answers, Integer.parseInt(line.substring("port ".length())));
    }

    int port() {
        return port;
    }

    /// The processor time of all its threads so far.
    long cpuNanos() throws IOException {
        Path threads = Path.of("/proc/" + process.pid() + "/task");
        if (!Files.isDirectory(threads)) {
            return process.toHandle()
                    .info()
                    .totalCpuDuration()
                    .orElse(Duration.ZERO)
                    .toNanos();
        }
        long sum = 0;
        try (var each = Files.newDirectoryStream(threads)) {
            for (Path thread : each) {
                String figures = Files.readString(thread.resolve("schedstat"));
                sum += Long.parseLong(figures.substring(0, figures.indexOf(' ')));
            }
        }
        return sum;
    }

    /// What its threads have allocated so far.
    long allocatedBytes() throws IOException {
        return ask("");
    }

    /// The memory that the process has, after a garbage collection where there is one.
    long residentBytes() throws IOException {
        ask("collect");
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("the system does not tell the memory of a process");
    }

    private long ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the server is gone");
        }
        return Long.parseLong(answer.substring("bytes ".length()));
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
