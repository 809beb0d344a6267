// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.benchmarks.workload.Effort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a run depends on: machine, system, versions.
final class Environment {
    private Environment() {}

    static Map<String, String> facts(Effort effort) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        facts.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.put("processors", Runtime.getRuntime().availableProcessors() + " x " + processor());
        facts.put("load before", load());
        facts.put(
                "effort",
                effort.rounds() + " rounds of " + effort.iterations() + " x " + effort.millis()
                        + " ms after as much for warming up, each in a JVM of its own");
        facts.put("flags", String.join(" ", Operation.FLAGS));
        facts.put("peers", peers());
        return facts;
    }

    private static String processor() {
        return firstLine(Path.of("/proc/cpuinfo"), "model name");
    }

    private static String load() {
        return firstLine(Path.of("/proc/loadavg"), "");
    }

    private static String firstLine(Path file, String prefix) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(prefix))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /// The libraries on the class path, by the names of their files.
    private static String peers() {
        var found = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String file = Path.of(entry).getFileName().toString();
            if (file.matches(
                    "(kotlinx-coroutines-core|kotlin-stdlib|channels|jctools-core|netty-transport|vertx-core|jmh-core)-(jvm-)?\\d.*jar")) {
                found.append(found.isEmpty() ? "" : ", ").append(file, 0, file.length() - ".jar".length());
            }
        }
        return found.toString();
    }
}
