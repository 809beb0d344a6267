// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What the async compiler adds to javac: processor time of the process, which other programs disturb less than the
/// clock does. Each process compiles the whole tree once, as a build does.
public final class CompileTime implements Workload {
    private static final String PROCESSOR = "dev.wakeful.compiler.WakefulProcessor";
    private static final String EMPTY = "javac+empty";
    private final int blocks;

    /// A tree of sources.
    ///
    /// @param blocks how many async blocks it has
    public CompileTime(int blocks) {
        this.blocks = blocks;
    }

    @Override
    public String name() {
        return "compile-time";
    }

    @Override
    public String summary() {
        return "javac on " + blocks + " async blocks in " + blocks / SourceTree.BLOCKS
                + " classes, with the async compiler and without; " + EMPTY
                + " has a processor that does nothing; processor time of the process";
    }

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public List<String> contestants() {
        return List.of("wakeful", "javac", EMPTY);
    }

    @Override
    public Session open(Effort effort) throws IOException {
        return new Compilations(effort.iterations(), blocks);
    }

    private static final class Compilations implements Session {
        private final int times;
        private final Path folder = Files.createTempDirectory("wakeful-compile");
        private final List<Path> sources;

        Compilations(int times, int blocks) throws IOException {
            this.times = times;
            this.sources = SourceTree.write(folder, blocks);
        }

        /// Deletes nothing, since ext4 goes past the inodes of files that were deleted in the seconds before, one by
        /// one, and whoever creates files next pays for that.
        @Override
        public Sample measure(String contestant) throws Exception {
            double[] millis = new double[times];
            for (int i = 0; i < times; i++) {
                Path out = Files.createTempDirectory(folder, contestant);
                String nanos = Java.run(
                        Java.command(CompileOnce.class, List.of("-XX:+UseSerialGC"), arguments(contestant, out)));
                millis[i] = Long.parseLong(nanos.strip()) / 1e6;
            }
            return new Sample(Arrays.stream(millis).min().orElseThrow(), Sample.median(millis), Map.of());
        }

        private String[] arguments(String contestant, Path out) throws Exception {
            var arguments = new ArrayList<>(List.of("-g", "-d", out.toString()));
            arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
            arguments.addAll(
                    switch (contestant) {
                        case "javac" -> List.of("-proc:none");
                        case EMPTY ->
                            List.of(
                                    "--processor-path",
                                    folderOf(EmptyProcessor.class),
                                    "-processor",
                                    EmptyProcessor.class.getName());
                        default -> List.of("--processor-path", folderOf(Class.forName(PROCESSOR)));
                    });
            sources.forEach(file -> arguments.add(file.toString()));
            return arguments.toArray(String[]::new);
        }

        private static String folderOf(Class<?> type) throws URISyntaxException {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        }

        @Override
        public void close() {
            Java.delete(folder);
        }
    }
}
