// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.maven;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the goal says and does with folders of all kinds.
class FolderMojoTest {
    @TempDir
    private Path folder;

    private final Goal goal = new Goal();

    private Path javac(String name, String text) throws Exception {
        javac(folder, Files.writeString(folder.resolve(name + ".java"), text));
        return folder.resolve(name + ".class");
    }

    private static void javac(Path classes, Path source) {
        String classPath = System.getProperty("java.class.path");
        String[] arguments = {"-proc:none", "-g", "-d", classes.toString(), "-cp", classPath, source.toString()};
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments));
    }

    private static final String BLOCK = """
        import static dev.wakeful.Async.*;
        import dev.wakeful.Future;
        class One { Future<Integer> one(Future<Integer> f) { return async(() -> await(f)); } }
        """;

    @Test
    void secondRunChangesNothing() throws Exception {
        Path host = javac("One", BLOCK);
        goal.run(folder);
        byte[] once = Files.readAllBytes(host);
        assertTrue(Files.exists(folder.resolve("One$async$0.class")));
        goal.run(folder);
        assertArrayEquals(once, Files.readAllBytes(host));
        assertEquals(List.of(), goal.errors);
    }

    /// The compiler's programs to refuse, each in a folder of its own, with the text beside it.
    private List<String> writeRefusedPrograms() throws Exception {
        var texts = new ArrayList<String>();
        for (Path source : refused()) {
            String name = source.getFileName().toString().replace(".java", "");
            Path own = Files.createDirectories(folder.resolve(name));
            Path file = Files.copy(source, own.resolve("Refused.java"));
            javac(own, file);
            texts.addAll(Files.readAllLines(source.resolveSibling(name + ".classes.txt")));
        }
        return texts;
    }

    private static List<Path> refused() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("../compiler/src/test/resources/refused"))) {
            return all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] allBytes(Path folder) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                bytes.write(file.toString().getBytes(StandardCharsets.UTF_8));
                bytes.write(Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void refusedProgramsFailTheBuildWithTheirTextsInTheLogAndStayAsTheyAre() throws Exception {
        List<String> expected = writeRefusedPrograms();
        assertTrue(expected.size() > 30, expected.toString());
        // here one class of the program is refused and another compiled
        Path halfRefused = folder.resolve("await-in-class");
        byte[] other = Files.readAllBytes(halfRefused.resolve("Refused.class"));
        byte[] before = allBytes(folder);
        var failure = assertThrows(MojoFailureException.class, () -> goal.run(folder));
        assertEquals(
                "async blocks in " + folder + " cannot be compiled; the messages above say why", failure.getMessage());
        assertEquals(expected, goal.errors);
        Files.delete(halfRefused.resolve("Refused$async$0.class"));
        Files.write(halfRefused.resolve("Refused.class"), other);
        assertArrayEquals(before, allBytes(folder));
    }

    @Test
    void noteIsNoError() throws Exception {
        String large = "await(f);\n".repeat(300);
        javac("Large", BLOCK.replace("One", "Large").replace("await(f))", "{ " + large + " return 1; })"));
        goal.run(folder);
        assertEquals(List.of(), goal.errors);
        assertEquals(3, goal.warnings.size());
        assertTrue(
                goal.warnings.getFirst().matches("Large.java:3: note: .* \\[wakeful:block-large]"),
                goal.warnings.getFirst());
    }

    @Test
    void projectWithoutClassesIsNoFailure() throws Exception {
        goal.run(folder.resolve("none"));
        assertEquals(List.of(), goal.errors);
    }

    @Test
    void missingCompilerIsNamed() {
        var failure = assertThrows(MojoExecutionException.class, () -> goal.run(folder, Map.of()));
        assertEquals("dev.wakeful:wakeful-compiler is not among the dependencies of the plugin", failure.getMessage());
    }
}
