// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same bytes in, the same bytes out, in whichever order. (That two JVMs agree is in [ClassFoldersTest].)
class DeterminismTest {
    @TempDir
    private Path folder;

    /// A processor that looks at everything and does nothing.
    @SupportedAnnotationTypes("*")
    private static final class Bystander extends AbstractProcessor {
        @Override
        public SourceVersion getSupportedSourceVersion() {
            return SourceVersion.latestSupported();
        }

        @Override
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            return false;
        }
    }

    private static Map<String, byte[]> compiled(List<String> programs, Processor... processors) {
        var texts = new LinkedHashMap<String, String>();
        programs.forEach(name -> texts.put(name, Corpus.source(name)));
        return new TreeMap<>(
                JavaSource.compile(texts, List.of(processors), "-g").orFail().classes());
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
        assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(actual.keySet()));
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
    }

    @Test
    void orderOfFilesAndProcessorsDoesNotShowInTheOutput() {
        List<String> programs = Corpus.programs();
        Map<String, byte[]> expected = compiled(programs, new WakefulProcessor());
        var reversed = new ArrayList<>(programs);
        Collections.reverse(reversed);
        assertSame(expected, compiled(reversed, new WakefulProcessor()));
        assertSame(expected, compiled(programs, new WakefulProcessor(), new Bystander()));
        assertSame(expected, compiled(programs, new Bystander(), new WakefulProcessor()));
    }

    @Test
    void programsCompiledTogetherAreWhatTheyAreAlone() {
        Map<String, byte[]> together = compiled(Corpus.programs(), new WakefulProcessor());
        var alone = new TreeMap<String, byte[]>();
        Corpus.programs().forEach(name -> alone.putAll(compiled(List.of(name), new WakefulProcessor())));
        assertSame(together, alone);
    }

    @Test
    void javacOnFilesGivesTheBytesThatTheCommandMakesOfItsClasses() throws Exception {
        var arguments =
                new ArrayList<>(List.of("-g", "-d", folder.resolve("out").toString()));
        Corpus.programs()
                .forEach(name ->
                        arguments.add(Corpus.FOLDER.resolve(name + ".java").toString()));
        Javac.Run run = Javac.run(arguments.toArray(String[]::new));
        assertEquals(new Javac.Run(true, ""), run);
        for (String name : Corpus.programs()) {
            Classes.async(Corpus.plain(name)).forEach((type, bytes) -> {
                Path file = folder.resolve("out").resolve(type + ".class");
                try {
                    assertArrayEquals(bytes, Files.readAllBytes(file), type);
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @Test
    void classThatDoesNotNameOursIsNotParsed() {
        byte[] bytes = ByteBuffer.allocate(64)
                .putInt(0xCAFEBABE)
                .putInt(69)
                .put("no constant pool".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .array();
        assertEquals(new AsyncCompiler.Result(Map.of(), List.of(), List.of()), AsyncCompiler.compile(bytes));
    }
}
