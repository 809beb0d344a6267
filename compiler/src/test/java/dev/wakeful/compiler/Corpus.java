// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.corpus.RunAll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The programs that go through every door, and what each must print.
final class Corpus {
    static final Path FOLDER = Path.of("src/test/resources/corpus");

    private Corpus() {}

    static List<String> programs() {
        try {
            return CorpusTest.programs().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String source(String name) {
        try {
            return Files.readString(FOLDER.resolve(name + ".java"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The class files of a program as javac alone makes them.
    static Map<String, byte[]> plain(String name) {
        return JavaSource.compile(name, source(name), List.of(), "-g").orFail().classes();
    }

    /// What [RunAll] prints of all programs when a thread runs them and blocks in each await.
    static String expected() throws Exception {
        var all = new StringBuilder();
        for (String name : programs()) {
            var classes = JavaSource.compile(name, CorpusTest.blocking(source(name)), List.of(), "-g")
                    .orFail()
                    .classes();
            all.append(String.join("\n", RunAll.run(Classes.load(classes), name)))
                    .append('\n');
        }
        return all.toString();
    }

    static void write(Path folder, Map<String, byte[]> classes) throws IOException {
        for (var one : classes.entrySet()) {
            Path file = folder.resolve(one.getKey().replace('.', '/') + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, one.getValue());
        }
    }
}
