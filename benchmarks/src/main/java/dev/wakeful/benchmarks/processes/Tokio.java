// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The peer in Rust, built once a run from sources that are already on the machine: cargo's own cache, or the folder
/// where Debian's `librust-tokio-dev` puts them. Nothing is downloaded.
public final class Tokio {
    /// Why the peer may be missing.
    public static final String MISSING = "it needs cargo and the sources of tokio, as of Debian's librust-tokio-dev";

    private static final Path DEBIAN = Path.of("/usr/share/cargo/registry");

    private static final Path CARGO =
            Path.of(System.getenv().getOrDefault("CARGO_HOME", System.getProperty("user.home") + "/.cargo"));

    private static final Pattern TOKIO = Pattern.compile("tokio-1\\.[0-9.]+(\\.crate)?");

    private static @Nullable Path program;

    private Tokio() {}

    /// Whether what it is built from is here.
    ///
    /// @return `true` when cargo and the sources are
    public static boolean isAvailable() {
        return Java.isInstalled("cargo")
                && Files.isDirectory(Path.of("/proc"))
                && (hasTokio(DEBIAN) || hasTokio(CARGO.resolve("registry").resolve("cache")));
    }

    private static boolean hasTokio(Path folder) {
        try (var found = Files.find(
                folder,
                2,
                (path, _) -> TOKIO.matcher(path.getFileName().toString()).matches())) {
            return found.findAny().isPresent();
        } catch (IOException e) {
            return false; // there is no such folder
        }
    }

    /// Runs an operation workload.
    ///
    /// @param workload its name
    /// @param effort how long to measure
    /// @param nanosPerUnit how many nanoseconds the unit of the sample has
    /// @param cpu the name of the figure for processor time
    /// @return the sample
    /// @throws IOException when it fails
    /// @throws InterruptedException when interrupted meanwhile
    public static Sample measure(String workload, Effort effort, double nanosPerUnit, String cpu)
            throws IOException, InterruptedException {
        String[] figures = Java.run(
                        command(workload, String.valueOf(effort.iterations()), String.valueOf(effort.millis())))
                .strip()
                .split(" ", -1);
        return new Sample(
                Double.parseDouble(figures[0]) / nanosPerUnit,
                Double.parseDouble(figures[1]) / nanosPerUnit,
                Map.of(cpu, Double.parseDouble(figures[2]) / nanosPerUnit));
    }

    static List<String> command(String... words) throws IOException, InterruptedException {
        Path made = program;
        if (made == null) {
            made = build();
            program = made;
        }
        return Stream.concat(Stream.of(made.toString()), Arrays.stream(words)).toList();
    }

    private static Path build() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("wakeful-tokio");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Java.delete(folder)));
        for (String file : List.of("Cargo.toml", "main.rs")) {
            try (InputStream text = Tokio.class.getResourceAsStream("tokio/" + file)) {
                if (text == null) {
                    throw new IOException("tokio/" + file + " is not beside " + Tokio.class);
                }
                Files.copy(text, folder.resolve(file));
            }
        }
        Path sources = folder.resolve(".cargo").resolve("config.toml");
        if (Files.isDirectory(DEBIAN)) {
            Files.createDirectories(sources.getParent());
            Files.writeString(sources, """
                [source.crates-io]
                replace-with = "installed"
                [source.installed]
                directory = "%s"
                """.formatted(DEBIAN));
        }
        Java.run(List.of("cargo", "build", "--quiet", "--release", "--offline"), folder);
        return folder.resolve("target").resolve("release").resolve("peer");
    }
}
