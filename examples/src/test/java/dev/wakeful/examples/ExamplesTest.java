// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each program that ends by itself prints what its file under `expected` says; `<text>` stands for the rest of a line.
class ExamplesTest {
    @ParameterizedTest
    @ValueSource(strings = {"Blocks", "Combinators", "CountFuture", "Delay", "Race", "WaitFuture"})
    void printsWhatItsExpectedFileSays(String name) throws Exception {
        var result = ExampleProcess.runToEnd(name + ".java");

        String expected =
                Files.readString(ExampleProcess.programs().resolve("expected").resolve(name + ".txt"));
        assertEquals(0, result.exitCode(), result.errors());
        assertEquals("", result.errors());
        assertTrue(
                Pattern.matches(pattern(expected), result.output()),
                () -> "expected:\n" + expected + "but was:\n" + result.output());
    }

    private static String pattern(String expected) {
        return Pattern.quote(expected).replace("<text>", "\\E[^\\n]+\\Q");
    }

    @Test
    void theCountFutureWithoutAWakeIsReportedWithClassFileAndLine() throws Exception {
        String output = ExampleProcess.runToEnd("CountFuture.java").output();

        Matcher report = Pattern.compile("reported: (.*)").matcher(output);
        assertTrue(report.find(), output);
        assertTrue(report.group(1).contains("CountFuture"), report.group(1));
        assertTrue(report.group(1).contains("CountFuture.java:"), report.group(1));
        assertTrue(report.group(1).contains("cx.waker()"), report.group(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "99999"})
    void aServerSaysWhatPortsThereAre(String port) throws Exception {
        for (String server : new String[] {"Echo", "WebHello"}) {
            var result = port.isEmpty()
                    ? ExampleProcess.runToEnd(server + ".java")
                    : ExampleProcess.runToEnd(server + ".java", port);

            assertEquals(2, result.exitCode());
            assertEquals("usage: " + server + " PORT, a number from 0 (any free port) to 65535\n", result.errors());
        }
    }
}
