// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The warnings of each program of the folder `warned` stand beside it.
class WarningTest {
    private static final Path FOLDER = Path.of("src/test/resources/warned");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Warned", "Dropped", "Twice", "Locked", "Blocking"})
    void programIsWarnedAboutWithTheTextBesideItAndCompiles(String name) throws IOException {
        Path source = Files.copy(FOLDER.resolve(name + ".java"), folder.resolve(name + ".java"));
        Javac.Run run = Javac.run("-d", folder.toString(), source.toString());
        assertTrue(run.succeeded(), run.output());
        assertEquals(
                Files.readString(FOLDER.resolve(name + ".txt"), StandardCharsets.UTF_8),
                run.output().replace(folder + "/", ""));
    }
}
