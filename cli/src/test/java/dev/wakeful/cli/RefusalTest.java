// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The programs that the async compiler refuses, under `wakeful run`: the text is that of javac, nothing runs, and
/// nothing is kept for the next time.
class RefusalTest {
    private static final Path PROGRAMS = Path.of("../compiler/src/test/resources/refused");

    @TempDir
    private Path folder;

    static List<String> programs() throws IOException {
        try (Stream<Path> files = Files.list(PROGRAMS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .sorted()
                    .toList();
        }
    }

    @BeforeEach
    void ownCache() {
        System.setProperty("wakeful.cache", folder.resolve("cache").toString());
    }

    @AfterEach
    void putBack() {
        System.clearProperty("wakeful.cache");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void programIsRefusedWithTheTextBesideIt(String name) throws Throwable {
        Path program = Files.copy(PROGRAMS.resolve(name + ".java"), folder.resolve("Refused.java"));
        Called called = Called.with("run", program.toString());
        String text = Files.readString(PROGRAMS.resolve(name + ".txt"));
        assertEquals(new Called(1, "", text.replace("Refused.java:", program + ":")), called);
        assertFalse(Files.exists(folder.resolve("cache")), "what was refused is in the cache");
    }
}
