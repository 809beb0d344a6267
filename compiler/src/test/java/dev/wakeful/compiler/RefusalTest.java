// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each program of the folder `refused` stands beside what javac prints of it, and what is said of its class files.
class RefusalTest {
    private static final Path FOLDER = Path.of("src/test/resources/refused");

    @TempDir
    private Path folder;

    static List<String> programs() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void programIsRefusedWithTheTextBesideIt(String name) throws IOException {
        Path source = folder.resolve("Refused.java");
        Files.copy(FOLDER.resolve(name + ".java"), source);
        Javac.Run run = Javac.run("-d", folder.toString(), source.toString());
        assertFalse(run.succeeded());
        String expected = Files.readString(FOLDER.resolve(name + ".txt"), StandardCharsets.UTF_8);
        assertEquals(expected, run.output().replace(folder + "/", ""));
        assertTrue(expected.contains("[wakeful:" + name + "]"));
        assertFalse(Files.exists(folder.resolve("Refused.class")));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void classFilesOfTheSameProgramAreRefusedWithTheirTextBesideIt(String name) throws IOException {
        String source = Files.readString(FOLDER.resolve(name + ".java"), StandardCharsets.UTF_8);
        var text = new StringBuilder();
        for (byte[] plain : new TreeMap<>(JavaSource.compile("Refused", source, List.of(), "-g")
                        .orFail()
                        .classes())
                .values()) {
            AsyncCompiler.Result result = AsyncCompiler.compile(plain);
            assertTrue(result.problems().isEmpty() || result.classes().isEmpty());
            result.problems().forEach(problem -> text.append(problem).append('\n'));
        }
        assertEquals(Files.readString(FOLDER.resolve(name + ".classes.txt"), StandardCharsets.UTF_8), text.toString());
    }

    /// A build may have many files of one name.
    @Test
    void fileOfAClassFileIsNamedBelowTheFolderOfItsPackage() {
        String source = """
            package com.example;
            class Shop { String name(dev.wakeful.Future<String> f) throws Exception { return dev.wakeful.Async.await(f); } }
            """;
        byte[] plain = JavaSource.compile("com.example.Shop", source, List.of(), "-g")
                .orFail()
                .classes()
                .get("com.example.Shop");
        Problem problem = AsyncCompiler.compile(plain).problems().getFirst();
        assertEquals(Path.of("com", "example", "Shop.java"), Path.of(problem.file()));
        assertEquals(2, problem.line());
    }

    /// What is refused once the class file is there, since only then its size is known.
    @Test
    void blockThatIsTooLargeIsRefusedAtItsPlaceInTheSource() throws IOException {
        Path source =
                Files.writeString(folder.resolve("Large.java"), """
                    import static dev.wakeful.Async.*;
                    class Large {
                        dev.wakeful.Future<Integer> next() { return dev.wakeful.Future.ready(1); }
                        dev.wakeful.Future<Integer> large() {
                            return async(() -> {
                                int sum = 0;
                                %s
                                return sum;
                            });
                        }
                    }
                    """.formatted("sum += await(next()); ".repeat(2000)));
        Javac.Run run = Javac.run("-d", folder.toString(), source.toString());
        assertFalse(run.succeeded());
        assertEquals("""
            Large.java:5: error: the async block is too large: N bytes of code, and the JVM takes 65535\
             [wakeful:block-too-large]
                    return async(() -> {
                                 ^
                What is kept and restored at each await comes on top of the code that was written
                Move parts of the block into methods that return async(() -> ...), and await them
            1 error
            """, run.output().replace(folder + "/", "").replaceAll("large: \\d+", "large: N"));
        // else the next build would take it for up to date, and the program would fail when it runs
        assertFalse(Files.exists(folder.resolve("Large.class")));
    }

    @Test
    void everyIdHasAnAnchorInTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("../docs/errors.md"), StandardCharsets.UTF_8);
        for (Texts text : Texts.values()) {
            assertTrue(page.contains("\n## " + text.id + "\n"), text.id);
        }
    }
}
