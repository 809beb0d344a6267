// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Runs all stress tests: for a second each in every build, or in a mode of jcstress by `-Dwakeful.stress=default`.
class StressTest {
    private static final String MODE = System.getProperty("wakeful.stress", "short");

    @Test
    void noForbiddenResultIsSeen() throws IOException, InterruptedException {
        var results = Path.of("target", "jcstress");
        Files.createDirectories(results);
        var output = results.resolve("output.txt");
        var process = new ProcessBuilder(command())
                .directory(results.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(55, TimeUnit.MINUTES), "jcstress does not end");
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("Failed tests: No matches.") && text.contains("Error tests: No matches."), text);
        assertTrue(text.matches("(?s).* [1-9][0-9]* passed, 0 failed, 0 soft errs, 0 hard errs.*"), text);
    }

    private static List<String> command() {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                System.getProperty("wakeful.stress.tests", ".*"),
                "-r",
                ".",
                "-m"));
        command.addAll(
                MODE.equals("short")
                        ? List.of(
                                "quick", "-sc", "false", "-jvmArgs", "-XX:+UseSerialGC", "-iters", "3", "-time", "200")
                        : List.of(MODE));
        return command;
    }
}
