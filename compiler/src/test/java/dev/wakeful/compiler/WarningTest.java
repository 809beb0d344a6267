// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The warnings of a program stand beside it.
class WarningTest {
    private static final Path FOLDER = Path.of("src/test/resources/warned");

    @TempDir
    private Path folder;

    @Test
    void programIsWarnedAboutWithTheTextBesideItAndCompiles() throws IOException {
        Path source = Files.copy(FOLDER.resolve("Warned.java"), folder.resolve("Warned.java"));
        Javac.Run run = Javac.run("-d", folder.toString(), source.toString());
        assertTrue(run.succeeded());
        assertEquals(
                Files.readString(FOLDER.resolve("Warned.txt"), StandardCharsets.UTF_8),
                run.output().replace(folder + "/", ""));
    }
}
