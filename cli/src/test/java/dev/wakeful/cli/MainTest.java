// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path folder;

    @Test
    void withoutAWordTheHelpGoesToTheErrorStream() throws Throwable {
        var called = Called.with();
        assertEquals(2, called.exitCode());
        assertEquals("", called.out());
        assertTrue(called.err().contains("wakeful run [-Dname=value] FILE [ARGS...]"), called.err());
    }

    @Test
    void helpIsAnAnswer() throws Throwable {
        var called = Called.with("help");
        assertEquals(0, called.exitCode());
        assertEquals("", called.err());
        assertTrue(called.out().contains("wakeful run [-Dname=value] FILE [ARGS...]"), called.out());
    }

    @Test
    void versionNamesTheJdkToo() throws Throwable {
        var called = Called.with("--version");
        assertEquals(0, called.exitCode());
        assertTrue(called.out().startsWith("wakeful "), called.out());
        assertTrue(called.out().contains(" on Java " + Runtime.version()), called.out());
    }

    @Test
    void unknownCommandIsNamed() throws Throwable {
        assertUsage("there is no command walk; wakeful help lists those there are", "walk");
    }

    @Test
    void missingFileOperandIsSaid() throws Throwable {
        assertUsage("run needs the name of a Java file: wakeful run FILE [ARGS...]", "run");
    }

    @Test
    void fileThatDoesNotExistIsNamed() throws Throwable {
        String name = folder.resolve("None.java").toString();
        assertUsage("there is no file " + name, "run", name);
    }

    @Test
    void emptyAndImpossibleNamesAreNoFiles() throws Throwable {
        assertUsage("there is no file with an empty name", "run", "");
        assertUsage("there is no file a\0b", "run", "a\0b");
    }

    @Test
    void directoryIsNoJavaFile() throws Throwable {
        assertUsage(folder + " is a directory, run needs a Java file", "run", folder.toString());
    }

    @Test
    void fileOfAnotherKindIsNoJavaFile() throws Throwable {
        Path file = Files.writeString(folder.resolve("notes.txt"), "void main() {}");
        assertUsage(file + " is no Java file, its name would end with .java", "run", file.toString());
    }

    @Test
    void optionThatRunDoesNotHaveIsNamed() throws Throwable {
        assertUsage("run has no option --fast, only -Dname=value", "run", "--fast", "A.java");
        assertUsage("option -D=1 names no property", "run", "-D=1", "A.java");
    }

    private static void assertUsage(String message, String... words) throws Throwable {
        var called = Called.with(words);
        assertEquals("wakeful: " + message + "\n", called.err());
        assertEquals("", called.out());
        assertEquals(2, called.exitCode());
    }
}
