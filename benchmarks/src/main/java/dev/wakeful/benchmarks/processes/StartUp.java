// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// From the start of the process to the end of [FirstTask], without and with the JDK's cache of loaded classes.
public final class StartUp implements Workload {
    private static final String CACHED = "+cache";

    /// Made once.
    public StartUp() {}

    @Override
    public String name() {
        return "start-up";
    }

    @Override
    public String summary() {
        return "a process from its start to its end, in between a task that gives way once; "
                + CACHED
                + " is with an AOT cache of its own classes";
    }

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public List<String> contestants() {
        var names = new ArrayList<>(List.of("wakeful", "virtualThreads", "kotlinx"));
        if (isPackaged()) {
            names.addAll(List.of("wakeful" + CACHED, "virtualThreads" + CACHED, "kotlinx" + CACHED));
        }
        return names;
    }

    @Override
    public Map<String, String> skipped() {
        return isPackaged() ? Map.of() : Map.of(CACHED, "the class path has folders, which the cache does not take");
    }

    private static boolean isPackaged() {
        return Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                .allMatch(entry -> entry.endsWith(".jar"));
    }

    @Override
    public Session open(Effort effort) {
        return new Processes(effort.iterations());
    }

    private static final class Processes implements Session {
        private final int times;
        private final Map<String, Path> caches = new HashMap<>();

        Processes(int times) {
            this.times = times;
        }

        @Override
        public Sample measure(String contestant) throws IOException, InterruptedException {
            var flags = new ArrayList<>(List.of("-Xmx256m", "-XX:+UseSerialGC"));
            String who = contestant;
            if (contestant.endsWith(CACHED)) {
                who = contestant.substring(0, contestant.length() - CACHED.length());
                flags.add("-XX:AOTCache=" + cache(who));
            }
            double[] millis = new double[times];
            for (int i = 0; i < times; i++) {
                long before = System.nanoTime();
                Java.run(Java.command(FirstTask.class, flags, who));
                millis[i] = (System.nanoTime() - before) / 1e6;
            }
            return new Sample(Arrays.stream(millis).min().orElseThrow(), Sample.median(millis), Map.of());
        }

        private Path cache(String who) throws IOException, InterruptedException {
            Path made = caches.get(who);
            if (made == null) {
                made = Files.createTempDirectory("wakeful-start-up").resolve("classes.aot");
                Java.run(Java.command(
                        FirstTask.class, List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:AOTCacheOutput=" + made), who));
                caches.put(who, made);
            }
            return made;
        }

        @Override
        public void close() throws IOException {
            for (Path cache : caches.values()) {
                Files.deleteIfExists(cache);
                Files.deleteIfExists(cache.getParent());
            }
        }
    }
}
