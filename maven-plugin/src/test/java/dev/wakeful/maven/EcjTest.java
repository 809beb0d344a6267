// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jdt.core.compiler.batch.BatchCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The class files of Eclipse's compiler through the goal: the programs that go through every door do what they do when
/// a thread runs them and blocks in each await.
class EcjTest {
    private static final Path TESTS = Path.of("../compiler/src/test");
    private static final String HELPERS = "dev.wakeful.compiler.corpus.";

    @TempDir
    private Path folder;

    /// What Eclipse's compiler itself writes wrong frames for, with blocks or without: a loop inside of an expression.
    private static final String MISCOMPILED = "LoopsOnStack.java";

    private static List<Path> corpus() throws IOException {
        try (Stream<Path> all = Files.list(TESTS.resolve("resources/corpus"))) {
            return all.filter(file -> !file.endsWith(MISCOMPILED)).sorted().toList();
        }
    }

    private Path ecj(String name, boolean blocks) throws IOException {
        Path sources = Files.createDirectories(folder.resolve(name + "-sources"));
        Path classes = folder.resolve(name);
        var arguments = new ArrayList<>(List.of("-25", "-g", "-nowarn", "-proc:none", "-d", classes.toString()));
        arguments.addAll(List.of("-classpath", System.getProperty("java.class.path")));
        for (String helper : List.of("Blocking", "Probe", "Starting", "RunAll")) {
            arguments.add(TESTS.resolve("java/dev/wakeful/compiler/corpus/" + helper + ".java")
                    .toString());
        }
        for (Path file : corpus()) {
            String text = Files.readString(file);
            Path copy = sources.resolve(file.getFileName());
            Files.writeString(
                    copy,
                    blocks
                            ? text.replace("dev.wakeful.Async.*", HELPERS + "Blocking.*")
                                    .replace(HELPERS + "Starting.*", HELPERS + "Blocking.*")
                            : text);
            arguments.add(copy.toString());
        }
        var messages = new StringWriter();
        boolean compiled = BatchCompiler.compile(
                arguments.toArray(String[]::new), new PrintWriter(messages), new PrintWriter(messages), null);
        assertTrue(compiled, messages.toString());
        return classes;
    }

    private static List<String> run(Path classes) throws Exception {
        var lines = new ArrayList<String>();
        try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            var run = loader.loadClass(HELPERS + "RunAll").getMethod("run", ClassLoader.class, String.class);
            for (Path file : corpus()) {
                String name = file.getFileName().toString().replace(".java", "");
                ((List<?>) run.invoke(null, loader, name)).forEach(line -> lines.add(line.toString()));
            }
        }
        return lines;
    }

    @Test
    void corpusOfEclipsesCompilerDoesWhatABlockingThreadDoes() throws Exception {
        List<String> expected = run(ecj("blocking", true));
        assertTrue(expected.size() > 100, expected.toString());
        assertFalse(expected.toString().contains("thrown java.lang.IllegalStateException"), expected.toString());
        assertFalse(expected.toString().contains("VerifyError"), expected.toString());
        Path classes = ecj("async", false);
        Goal goal = new Goal();
        goal.run(classes);
        assertEquals(List.of(), goal.errors);
        assertEquals(expected, run(classes));
    }
}
