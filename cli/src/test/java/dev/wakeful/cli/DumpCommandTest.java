// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Dumps of other processes, which do nothing to prepare for it.
class DumpCommandTest {
    @TempDir
    Path folder;

    /// Runs until its standard input ends.
    private Process start(String program) throws IOException {
        Path file = Files.writeString(folder.resolve("Program.java"), program);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertEquals("ready", output.readLine());
        return process;
    }

    private static final String TWO_TASKS = """
        import dev.wakeful.*;
        import dev.wakeful.runtime.*;
        import dev.wakeful.spi.Blocking;

        void main() throws Exception {
            var runtime = AsyncRuntime.currentThread().name("shop").build();
            runtime.spawn("orders", Future.pending());
            Future<Object> end = Blocking.blocking(() -> {
                System.out.println("ready");
                return System.in.read();
            });
            runtime.blockOn(end);
        }
        """;

    @Test
    void everyTaskOfARunningProcessIsShownAsTextAndAsJson() throws Throwable {
        Process process = start(TWO_TASKS);
        try {
            var text = Called.with("dump", Long.toString(process.pid()));
            assertEquals(0, text.exitCode(), text.err());
            assertTrue(text.out().startsWith("runtime shop: "), text.out());
            assertTrue(text.out().contains("task 1 \"orders\""), text.out());
            assertTrue(text.out().contains("task 2 \"main\""), text.out());
            assertTrue(text.out().contains("waits for the end of blocking work on virtual thread"), text.out());

            var json = Called.with("dump", "--json", Long.toString(process.pid()));
            assertEquals(0, json.exitCode(), json.err());
            assertTrue(json.out().startsWith("[{\"formatVersion\":"), json.out());
            assertTrue(json.out().contains("\"name\":\"orders\""), json.out());
            assertTrue(process.isAlive());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void jvmWithoutARuntimeIsToldApart() throws Exception {
        Process process = start("void main() throws Exception { System.out.println(\"ready\"); System.in.read(); }");
        try {
            var command = new DumpCommand(new PrintStream(new ByteArrayOutputStream()), Duration.ZERO);
            var refused = assertThrows(UsageException.class, () -> command.run(List.of(Long.toString(process.pid()))));
            assertEquals("process " + process.pid() + " has no runtime of Wakeful that is open", refused.getMessage());
            assertEquals(1, refused.exitCode());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void processThatIsNoJvmIsToldApart() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "60").start();
        try {
            var called = assertThrowsUsage(Long.toString(sleeper.pid()));
            assertTrue(
                    called.getMessage()
                            .startsWith("process " + sleeper.pid() + " does not let itself be looked at; it has to be a"
                                    + " JVM of the same user, but the attempt said: "),
                    called.getMessage());
        } finally {
            sleeper.destroyForcibly().waitFor();
        }
    }

    @Test
    void wrongOperandsAreNamed() {
        assertEquals(
                "the id of a process is a number, but was \"abc\"",
                assertThrowsUsage("abc").getMessage());
        assertEquals(
                "there is no option --yaml of dump; it knows --json",
                assertThrowsUsage("--yaml").getMessage());
        assertEquals(
                "dump needs the id of one process: wakeful dump [--json] PID",
                assertThrowsUsage().getMessage());
        assertEquals("there is no process 0", assertThrowsUsage("0").getMessage());
        assertEquals(
                "there is no process " + Long.MAX_VALUE,
                assertThrowsUsage(Long.toString(Long.MAX_VALUE)).getMessage());
        String self = Long.toString(ProcessHandle.current().pid());
        assertEquals(
                "process " + self + " is this command, which has no runtime",
                assertThrowsUsage(self).getMessage());
    }

    private static UsageException assertThrowsUsage(String... words) {
        var command = new DumpCommand(new PrintStream(new ByteArrayOutputStream()), Duration.ZERO);
        return assertThrows(UsageException.class, () -> command.run(new ArrayList<>(List.of(words))));
    }
}
