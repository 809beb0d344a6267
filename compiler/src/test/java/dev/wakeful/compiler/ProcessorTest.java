// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.Messager;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The annotation processor as a door: where the classes go, second builds, in memory.
class ProcessorTest {
    private static final String TWO_BLOCKS = """
        package a.b;
        import static dev.wakeful.Async.*;
        import dev.wakeful.*;
        public class Two {
            public static Future<Integer> one(Future<Integer> f) { return async(() -> await(f) + 1); }
            public static class Nested {
                public static Future<Integer> two(Future<Integer> f) { return async(() -> await(one(f)) * 2); }
            }
        }
        """;

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private static Set<String> classFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            var names = new TreeSet<String>();
            files.filter(file -> file.toString().endsWith(".class"))
                    .forEach(file -> names.add(folder.relativize(file).toString()));
            return names;
        }
    }

    private static Object call(Path classes, String type, String method) throws Exception {
        try (var loader = new URLClassLoader(new java.net.URL[] {classes.toUri().toURL()})) {
            var future = (Future<?>) Class.forName(type, true, loader)
                    .getMethod(method, Future.class)
                    .invoke(null, Future.ready(4));
            return future.pollRaw(Context.of(Waker.noop()));
        }
    }

    @Test
    void processorPathAloneMakesMachinesBesideTheClasses() throws Exception {
        Path out = folder.resolve("out");
        Javac.Run run = Javac.run(
                "-Xlint:all",
                "-Werror",
                "-d",
                out.toString(),
                write("src/Two.java", TWO_BLOCKS).toString());
        assertEquals("", run.output());
        assertEquals(
                Set.of(
                        "a/b/Two.class",
                        "a/b/Two$async$0.class",
                        "a/b/Two$Nested.class",
                        "a/b/Two$Nested$async$0.class"),
                classFiles(out));
        assertEquals(10, call(out, "a.b.Two$Nested", "two"));
    }

    @Test
    void withoutAnOutputFolderClassesLieBesideTheSource() throws Exception {
        Javac.Run run = Javac.run(write("a/b/Two.java", TWO_BLOCKS).toString());
        assertTrue(run.succeeded(), run.output());
        assertEquals(5, call(folder, "a.b.Two", "one"));
    }

    @Test
    void secondBuildReplacesTheMachinesAndRemovesStaleOnes() throws Exception {
        String out = folder.resolve("out").toString();
        Javac.run("-d", out, write("Two.java", TWO_BLOCKS).toString());
        String changed = TWO_BLOCKS.replace("async(() -> await(f) + 1)", "f").replace("* 2", "* 3");
        Javac.Run run = Javac.run("-d", out, write("Two.java", changed).toString());
        assertTrue(run.succeeded(), run.output());
        assertFalse(Files.exists(folder.resolve("out/a/b/Two$async$0.class")));
        assertEquals(12, call(folder.resolve("out"), "a.b.Two$Nested", "two"));
    }

    @Test
    void buildOfOneFileAgainstClassesOfAnEarlierBuildWorks() throws Exception {
        String out = folder.resolve("out").toString();
        Javac.run("-d", out, write("Two.java", TWO_BLOCKS).toString());
        Path user = write("User.java", """
            import static dev.wakeful.Async.*;
            public class User { public static dev.wakeful.Future<Integer> go(dev.wakeful.Future<Integer> f) {
                return async(() -> await(a.b.Two.one(f)) + 100); } }
            """);
        Javac.Run run = Javac.run("-d", out, "--class-path", out, user.toString());
        assertTrue(run.succeeded(), run.output());
        assertEquals(105, call(folder.resolve("out"), "User", "go"));
    }

    @Test
    void secondBuildOfOneChangedFileWritesItsClassesAlone() throws Exception {
        Path out = folder.resolve("out");
        Path user = write("User.java", """
            import static dev.wakeful.Async.*;
            public class User { public static dev.wakeful.Future<Integer> go(dev.wakeful.Future<Integer> f) {
                return async(() -> await(f) + 100); } }
            """);
        Path two = write("Two.java", TWO_BLOCKS);
        Javac.run("-d", out.toString(), two.toString(), user.toString());
        for (String file : classFiles(out)) {
            Files.setLastModifiedTime(out.resolve(file), java.nio.file.attribute.FileTime.fromMillis(1000));
        }
        Javac.Run run = Javac.run(
                "-d",
                out.toString(),
                "--class-path",
                out.toString(),
                write("Two.java", TWO_BLOCKS.replace("* 2", "* 5")).toString());
        assertTrue(run.succeeded(), run.output());
        for (String file : classFiles(out)) {
            boolean isOld = Files.getLastModifiedTime(out.resolve(file)).toMillis() == 1000;
            assertEquals(file.startsWith("User"), isOld, file);
        }
        assertEquals(104, call(out, "User", "go"));
        assertEquals(25, call(out, "a.b.Two$Nested", "two"));
    }

    static List<String> programs() {
        return Corpus.programs();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void processorWritesTheSameBytesAsTheCompilerInMemory(String name) throws Exception {
        String source = Files.readString(Path.of("src/test/resources/corpus", name + ".java"), StandardCharsets.UTF_8);
        Map<String, byte[]> plain =
                JavaSource.compile(name, source, List.of(), "-g").orFail().classes();
        Map<String, byte[]> expected = Classes.async(plain);
        Map<String, byte[]> actual = JavaSource.compile(name, source, List.of(new WakefulProcessor()), "-g")
                .orFail()
                .classes();
        assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(actual.keySet()));
        expected.forEach((type, bytes) -> assertArrayEquals(bytes, actual.get(type), type));
        Classes.async(plain).forEach((type, bytes) -> assertArrayEquals(bytes, expected.get(type), type));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void classThatWasCompiledBeforeIsLeftAlone(String name) throws Exception {
        String source = Files.readString(Path.of("src/test/resources/corpus", name + ".java"), StandardCharsets.UTF_8);
        Classes.async(JavaSource.compile(name, source, List.of(), "-g").orFail().classes())
                .forEach((type, bytes) -> {
                    AsyncCompiler.Result again = AsyncCompiler.compile(bytes);
                    assertTrue(again.classes().isEmpty(), type);
                    assertEquals(List.of(), again.problems());
                });
    }

    @Test
    void processorFindsJavacBehindAnEnvironmentThatABuildToolWraps() throws Exception {
        Processor wrapped = new WakefulProcessor();
        var wrapping = new AbstractProcessor() {
            @Override
            public void init(ProcessingEnvironment environment) {
                wrapped.init(new Wrapper(new Wrapper(environment)));
            }

            @Override
            public Set<String> getSupportedAnnotationTypes() {
                return Set.of("*");
            }

            @Override
            public SourceVersion getSupportedSourceVersion() {
                return SourceVersion.latestSupported();
            }

            @Override
            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                return false;
            }
        };
        Set<String> classes = JavaSource.compile("a.b.Two", TWO_BLOCKS, List.of(wrapping))
                .orFail()
                .classes()
                .keySet();
        assertTrue(classes.contains("a.b.Two$async$0"), classes.toString());
    }

    /// As Gradle's, for a processor that says how it fits incremental builds.
    private static final class Wrapper implements ProcessingEnvironment {
        private final ProcessingEnvironment delegate;

        Wrapper(ProcessingEnvironment delegate) {
            this.delegate = delegate;
        }

        @Override
        public Map<String, String> getOptions() {
            return delegate.getOptions();
        }

        @Override
        public Messager getMessager() {
            return delegate.getMessager();
        }

        @Override
        public Filer getFiler() {
            throw new UnsupportedOperationException("Gradle's, which knows no class files of javac's");
        }

        @Override
        public Elements getElementUtils() {
            return delegate.getElementUtils();
        }

        @Override
        public Types getTypeUtils() {
            return delegate.getTypeUtils();
        }

        @Override
        public SourceVersion getSourceVersion() {
            return delegate.getSourceVersion();
        }

        @Override
        public Locale getLocale() {
            return delegate.getLocale();
        }
    }

    @Test
    void gradleIsToldThatEachClassStandsAlone() throws Exception {
        try (var in =
                WakefulProcessor.class.getResourceAsStream("/META-INF/gradle/incremental.annotation.processors")) {
            assertEquals(
                    WakefulProcessor.class.getName() + ",isolating",
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
        }
    }
}
