// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process that has no descriptor left, with the limit of the system itself.
class NoDescriptorsTest {
    private static final Pattern RESULT = Pattern.compile("attempts (\\d+) in (\\d+) ms, after that (\\d+)");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CURRENT_THREAD", "CROWDED"})
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theAcceptLoopGoesOnAndTriesAtMostTwentyTimesASecond(Kind kind) throws Exception {
        String java = System.getProperty("java.home") + "/bin/java";
        var process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 200; exec \"$@\"",
                        "sh",
                        java,
                        "-cp",
                        String.join(File.pathSeparator, jars()),
                        NoDescriptors.class.getName(),
                        kind.name())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        var result = RESULT.matcher(output);
        assertTrue(result.find(), output);
        long attempts = Long.parseLong(result.group(1));
        long millis = Long.parseLong(result.group(2));
        assertTrue(attempts * 1000 <= millis * 20, output);
        assertTrue(Integer.parseInt(result.group(3)) <= 1, output); // one may be on its way while they are freed
    }

    /// The class path with its folders as archives, as programs have it: a class of a folder takes a descriptor to
    /// load.
    private List<String> jars() throws IOException {
        var jars = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            jars.add(Files.isDirectory(path) ? jarOf(path, jars.size()).toString() : entry);
        }
        return jars;
    }

    private Path jarOf(Path folder, int number) throws IOException {
        Path jar = directory.resolve(number + ".jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
        return jar;
    }
}
