// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher as a door of the async compiler: the programs that go through every door print under `wakeful run` what
/// they print when a thread runs them and blocks in each await.
class CorpusTest {
    private static final Path TESTS = Path.of("../compiler/src/test");
    private static final String HELPERS = "dev.wakeful.compiler.corpus.";

    @TempDir
    private Path folder;

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    /// A program of many files: main, the corpus, and what it uses, as sources.
    private Path program(String name, boolean blocks) throws IOException {
        Path root = Files.createDirectories(folder.resolve(name));
        Path helpers = Files.createDirectories(root.resolve("dev/wakeful/compiler/corpus"));
        for (Path file : List.of("Blocking", "Probe", "Starting", "RunAll").stream()
                .map(one -> TESTS.resolve("java/dev/wakeful/compiler/corpus/" + one + ".java"))
                .toList()) {
            Files.copy(file, helpers.resolve(file.getFileName()));
        }
        var calls = new StringBuilder();
        for (Path file : files(TESTS.resolve("resources/corpus"))) {
            String text = Files.readString(file);
            Files.writeString(
                    root.resolve(file.getFileName()),
                    blocks
                            ? text.replace("dev.wakeful.Async.*", HELPERS + "Blocking.*")
                                    .replace(HELPERS + "Starting.*", HELPERS + "Blocking.*")
                            : text);
            calls.append("lines.addAll(RunAll.run(Main.class.getClassLoader(), ")
                    .append(file.getFileName().toString().replace(".java", ".class"))
                    .append(".getName()));\n");
        }
        return Files.writeString(root.resolve("Main.java"), """
            import java.nio.file.*;
            import java.util.*;
            import %sRunAll;
            class Main {
                void main(String[] out) throws Exception {
                    var lines = new ArrayList<String>();
                    %s
                    Files.write(Path.of(out[0]), lines);
                }
            }
            """.formatted(HELPERS, calls));
    }

    private List<String> underTheLauncher(Path program) throws Throwable {
        Path out = folder.resolve("out");
        Called called = Called.with("run", program.toString(), out.toString());
        assertEquals(new Called(0, "", ""), called);
        return Files.readAllLines(out);
    }

    private List<String> byJavacAlone(Path program) throws Exception {
        Path classes = folder.resolve("classes");
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-sourcepath",
                        program.getParent().toString(),
                        "-d",
                        classes.toString(),
                        program.toString());
        assertEquals(0, code);
        Path out = folder.resolve("out");
        try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            var constructor = loader.loadClass("Main").getDeclaredConstructor();
            constructor.setAccessible(true);
            var main = constructor.getDeclaringClass().getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(constructor.newInstance(), (Object) new String[] {out.toString()});
        }
        return Files.readAllLines(out);
    }

    @Test
    void corpusDoesUnderTheLauncherWhatABlockingThreadDoes() throws Throwable {
        List<String> expected = byJavacAlone(program("blocking", true));
        List<String> actual = underTheLauncher(program("async", false));
        assertTrue(expected.size() > 100, expected.toString());
        assertEquals(expected, actual);
    }
}
