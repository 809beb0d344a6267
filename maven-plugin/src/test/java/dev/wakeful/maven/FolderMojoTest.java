// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.maven;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        Path file = Files.writeString(folder.resolve(name + ".java"), text);
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-g",
                        "-d",
                        folder.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        file.toString());
        assertEquals(0, code);
        return folder.resolve(name + ".class");
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

    @Test
    void refusedClassFailsTheBuildAndIsNamedInTheLog() throws Exception {
        javac("Bad", """
            import static dev.wakeful.Async.*;
            class Bad { int one(dev.wakeful.Future<Integer> f) throws Exception { return await(f); } }
            """);
        var failure = assertThrows(MojoFailureException.class, () -> goal.run(folder));
        assertEquals(
                "async blocks in " + folder + " cannot be compiled; the messages above say why", failure.getMessage());
        assertEquals(
                "Bad.java:2: error: await stands in method one, outside an async block [wakeful:await-outside]",
                goal.errors.getFirst());
        assertEquals(3, goal.errors.size());
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
