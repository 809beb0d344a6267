// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The README shows a program that the tests run, and what the tests see it print.
///
/// A block of the README that comes from a file follows a line `<!-- from FILE -->`. Of a program, the comment at its
/// top is left out; of an output, the command above it. `<text>` in an expected output stands for the rest of a line.
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("<!-- from (\\S+) -->\n+```\\w*\n(.*?)```\n", Pattern.DOTALL);

    private final String readme = Files.readString(Project.ROOT.resolve("README.md"));

    ReadmeTest() throws IOException {}

    @Test
    void programAndOutputAreThoseOfTheTests() throws IOException {
        List<String> shown = new ArrayList<>();
        Matcher block = BLOCK.matcher(readme);
        while (block.find()) {
            String file = block.group(1);
            String content = Files.readString(Project.ROOT.resolve(file));
            if (file.endsWith(".java")) {
                assertEquals(program(content), block.group(2), file);
            } else {
                assertTrue(matches(content, output(block.group(2))), () -> file + " is:\n" + content);
            }
            shown.add(file);
        }
        assertEquals(List.of("examples/Race.java", "examples/expected/Race.txt"), shown);
    }

    @Test
    void outputThatIsNotTheExpectedOneIsNoticed() {
        assertTrue(matches("a\n<text>\n", "a\n3 tasks\n"));
        assertFalse(matches("a\n<text>\n", "b\n3 tasks\n"));
        assertFalse(matches("a\n<text>\n", "a\n"));
        assertFalse(matches("a\n", "a\nand more\n"));
    }

    @Test
    void readmeIsShort() {
        long lines = readme.lines().count();
        assertTrue(lines >= 60 && lines <= 120, lines + " lines");
    }

    private static String program(String content) {
        return content.lines()
                .dropWhile(line -> line.startsWith("//") || line.isBlank())
                .reduce("", (text, line) -> text + line + "\n");
    }

    private static String output(String shown) {
        return shown.lines().filter(line -> !line.startsWith("$ ")).reduce("", (text, line) -> text + line + "\n");
    }

    private static boolean matches(String expected, String shown) {
        return Pattern.matches(Pattern.quote(expected).replace("<text>", "\\E[^\\n]+\\Q"), shown);
    }
}
