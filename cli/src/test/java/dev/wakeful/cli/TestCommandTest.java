// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCommandTest {
    private static final String COUNTERS = """
        import static dev.wakeful.Async.*;
        import static org.junit.jupiter.api.Assertions.*;
        import dev.wakeful.*;
        import dev.wakeful.testkit.*;
        import dev.wakeful.time.*;
        import java.time.Duration;

        class Counters {
            int count;

            Future<Void> increment() {
                return async(() -> {
                    int before = count;
                    await(Async.yieldNow());
                    count = before + 1;
                });
            }

            @AsyncTest(schedules = 100)
            void oneAfterTheOther(TestRuntime runtime) throws Exception {
                runtime.run(scope -> {
                    await(scope.spawn(increment()));
                    await(Time.sleep(Duration.ofHours(1)));
                    await(scope.spawn(increment()));
                });
                assertEquals(2, count);
            }

            @AsyncTest(schedules = 100)
            void atOnce(TestRuntime runtime) throws Exception {
                runtime.run(scope -> {
                    scope.spawn(increment());
                    scope.spawn(increment());
                });
                assertEquals(2, count);
            }
        }
        """;

    @TempDir
    Path folder;

    @AfterEach
    void forgetProperties() {
        List.of("wakeful.seed", "wakeful.schedule", "wakeful.schedules").forEach(System::clearProperty);
    }

    @Test
    void aRaceIsPrintedWithTheLineThatReplaysIt() throws Throwable {
        String file =
                Files.writeString(folder.resolve("Counters.java"), COUNTERS).toString();
        var called = Called.with("test", file, "--schedules", "50");
        assertEquals(1, called.exitCode(), called.err());
        assertTrue(called.out().contains("passed  oneAfterTheOther(TestRuntime)"), called.out());
        assertTrue(called.out().contains("FAILED  atOnce(TestRuntime)"), called.out());
        assertTrue(called.out().contains("replay with: wakeful test " + file + " -Dwakeful.seed="), called.out());
        assertTrue(called.out().endsWith("2 tests, 1 failed\n"), called.out());

        System.clearProperty("wakeful.schedules");
        String[] line = called.out()
                .replaceAll("(?s).*replay with: wakeful ([^\n]*).*", "$1")
                .split(" ");
        var again = Called.with(line);
        assertTrue(again.out().contains("FAILED  atOnce(TestRuntime)"), again.out());
    }

    @Test
    void aFileWithoutTestsIsSaid() throws Throwable {
        Path file = Files.writeString(folder.resolve("Empty.java"), "class Empty {}");
        var called = Called.with("test", file.toString());
        assertEquals(1, called.exitCode());
        assertEquals("wakeful: " + file + " has no test: write a method with @AsyncTest in a class\n", called.err());
    }

    @Test
    void wrongOptionsAreNamed() throws Throwable {
        assertUsage("test needs the name of a Java file: wakeful test FILE", "test");
        assertUsage("option --seed needs a number", "test", "A.java", "--seed");
        assertUsage("option --schedules needs a positive number, but was given 0", "test", "--schedules", "0");
        assertUsage("option --seed needs a number, but was given x", "test", "--seed", "x");
        assertUsage(
                "test has no option --fast, only --seed N, --schedules N and -Dname=value", "test", "--fast", "A.java");
        assertUsage("test takes one file, but was given A.java and B.java", "test", "A.java", "B.java");
    }

    private static void assertUsage(String message, String... words) throws Throwable {
        var called = Called.with(words);
        assertEquals(2, called.exitCode());
        assertEquals("wakeful: " + message + "\n", called.err());
    }
}
