// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs say what they did in the system property `said`, so that they can run in this JVM.
class RunCommandTest {
    @TempDir
    Path folder;

    private ClassLoader contextLoader;

    @BeforeEach
    void ownCache() {
        contextLoader = Thread.currentThread().getContextClassLoader();
        System.setProperty("wakeful.cache", folder.resolve("cache").toString());
        System.clearProperty("said");
    }

    @AfterEach
    void putBack() {
        Thread.currentThread().setContextClassLoader(contextLoader);
        System.clearProperty("wakeful.cache");
        System.clearProperty("wakeful.await");
        System.clearProperty("said");
    }

    @Test
    void compactSourceFileRuns() throws Throwable {
        assertSays("compact", "A.java", "void main() { System.setProperty(\"said\", \"compact\"); }");
    }

    @Test
    void argumentsAndPropertiesReachTheProgram() throws Throwable {
        Path file = write(
                "A.java",
                "void main(String[] a) { System.setProperty(\"said\", System.getProperty(\"p\") + List.of(a)); }");
        assertEquals(new Called(0, "", ""), Called.with("run", "-Dp=v=w", file.toString(), "-x", "y z", ""));
        assertEquals("v=w[-x, y z, ]", System.getProperty("said"));
    }

    @Test
    void firstTypeWithAMainIsRun() throws Throwable {
        assertSays("second", "A.java", """
            record First(int x) {}
            class Second { public static void main(String... a) { System.setProperty("said", "second"); } }
            class Third { public static void main(String... a) { System.setProperty("said", "third"); } }
            """);
    }

    @Test
    void mainWithArgumentsComesBeforeMainWithout() throws Throwable {
        assertSays("with", "A.java", """
            void main() { System.setProperty("said", "without"); }
            void main(String[] a) { System.setProperty("said", "with"); }
            """);
    }

    @Test
    void inheritedMainIsFound() throws Throwable {
        assertSays("Sub", "A.java", """
            class Sub extends Base {}
            abstract class Base implements Runs {}
            interface Runs {
                default void main() { System.setProperty("said", getClass().getName()); }
                static void main(String[] a) { System.setProperty("said", "a static one of an interface is not inherited"); }
            }
            """);
    }

    @Test
    void packagedFileFindsTheFilesBesideIt() throws Throwable {
        Path other = write(
                "p/q/Other.java",
                "package p.q; class Other { static final String WORD = word(); static String word() { return \"one\";"
                        + " } }");
        String program = "package p.q; class A { static void main() { System.setProperty(\"said\", Other.WORD); } }";
        assertSays("one", "p/q/A.java", program);

        Files.writeString(other, Files.readString(other).replace("one", "two"));
        assertSays("two", "p/q/A.java", program);
    }

    @Test
    void fileOutsideTheFolderOfItsPackageRunsAlone() throws Throwable {
        assertSays(
                "alone",
                "A.java",
                "package p.q; class A { static void main() { System.setProperty(\"said\", \"alone\"); } }");
    }

    @Test
    void secondCallTakesTheCompiledProgram() throws Throwable {
        String program = "void main() { System.setProperty(\"said\", \"\" +"
                + " Thread.currentThread().getContextClassLoader().getResource(\"A.class\")); }";
        Path file = write("A.java", program);
        Called.with("run", file.toString());
        Path jar = onlyFileIn(folder.resolve("cache"));
        var written = Files.getLastModifiedTime(jar);

        Called.with("run", file.toString());
        assertEquals(jar, onlyFileIn(folder.resolve("cache")));
        assertEquals(written, Files.getLastModifiedTime(jar));
        assertTrue(System.getProperty("said").contains(jar.getFileName().toString()), System.getProperty("said"));
    }

    /// For stepping through it; the program of the cache is another.
    @Test
    void blocksAreLeftAloneThatAreToRunOnThreadsOfTheirOwn() throws Throwable {
        String program = """
            import dev.wakeful.runtime.AsyncRuntime;
            import static dev.wakeful.Async.*;
            void main() throws Exception {
                AsyncRuntime.run(scope -> {
                    await(yieldNow());
                    System.setProperty("said", "" + Thread.currentThread().isVirtual());
                });
            }
            """;
        assertSays("false", "A.java", program);
        Path file = folder.resolve("A.java");
        assertEquals(new Called(0, "", ""), Called.with("run", "-Dwakeful.await=block", file.toString()));
        assertEquals("true", System.getProperty("said"));
        System.clearProperty("wakeful.await");
        assertSays("false", "A.java", program);
    }

    @Test
    void changedFileIsCompiledAgain() throws Throwable {
        assertSays("one", "A.java", "void main() { System.setProperty(\"said\", \"one\"); }");
        assertSays("two", "A.java", "void main() { System.setProperty(\"said\", \"two\"); }");
    }

    @Test
    void damagedOrUnwritableCacheDoesNoHarm() throws Throwable {
        String program = "void main() { System.setProperty(\"said\", \"ran\"); }";
        assertSays("ran", "A.java", program);
        Files.writeString(onlyFileIn(folder.resolve("cache")), "no jar");
        assertSays("ran", "A.java", program);

        System.setProperty("wakeful.cache", write("file", "").resolve("cache").toString());
        assertSays("ran", "A.java", program);
    }

    @Test
    void compileErrorsAreShownAsJavacShowsThem() throws Throwable {
        Path file = write("A.java", "void main() {\n    int x = \"s\";\n}\n");
        assertEquals(new Called(1, "", file + """
            :2: error: incompatible types: String cannot be converted to int
                int x = "s";
                        ^
            1 error
            """), Called.with("run", file.toString()));
    }

    @Test
    void warningsAreShownByEveryCall() throws Throwable {
        Path file = write("A.java", "void main() { List l = new ArrayList(); l.add(1); }");
        String notes = "Note: " + file
                + " uses unchecked or unsafe operations.\nNote: Recompile with -Xlint:unchecked for details.\n";
        assertEquals(new Called(0, "", notes), Called.with("run", file.toString()));
        assertEquals(new Called(0, "", notes), Called.with("run", file.toString()));
    }

    @Test
    void missingMainIsSaid() throws Throwable {
        for (String program : new String[] {
            "",
            "class A {}",
            "class A { private static void main(String[] a) {} }",
            "class A { static int main() { return 1; } }"
        }) {
            Path file = write("A.java", program);
            String message = "wakeful: " + file
                    + " has no main method: write void main() or public static void main(String[] args)\n";
            assertEquals(new Called(1, "", message), Called.with("run", file.toString()));
        }
    }

    @Test
    void classThatCannotBeMadeIsSaid() throws Throwable {
        for (String program : new String[] {
            "class A { private A() {} void main() {} }",
            "class A { A(int x) {} void main() {} }",
            "abstract class A { void main() {} }"
        }) {
            Path file = write("A.java", program);
            var called = Called.with("run", file.toString());
            assertEquals(1, called.exitCode());
            assertTrue(
                    called.err().startsWith("wakeful: main of class A is not static, and the class cannot be made"),
                    called.err());
        }
    }

    @Test
    void failureComesOutWithTheFramesOfTheProgramAlone() throws Throwable {
        Path file = write("A.java", """
            void main() {
                f();
            }
            void f() {
                var e = new IllegalStateException("broken", new Error("why"));
                e.addSuppressed(new Error("and"));
                throw e;
            }
            """);
        var thrown = assertThrows(IllegalStateException.class, () -> Called.with("run", file.toString()));
        assertEquals("[A.f(A.java:5), A.main(A.java:2)]", Arrays.toString(thrown.getStackTrace()));
        assertEquals(
                "[A.f(A.java:5), A.main(A.java:2)]",
                Arrays.toString(thrown.getCause().getStackTrace()));
        assertEquals("[A.f(A.java:6), A.main(A.java:2)]", Arrays.toString(thrown.getSuppressed()[0].getStackTrace()));
    }

    @Test
    void failureOfAnInitialiserOrConstructorIsTrimmedToo() throws Throwable {
        Path initialiser =
                write("A.java", "class A { static { if (true) throw new Error(\"static\"); } static void main() {} }");
        var first = assertThrows(Error.class, () -> Called.with("run", initialiser.toString()));
        assertEquals("[A.<clinit>(A.java:1)]", Arrays.toString(first.getStackTrace()));

        Path constructor = write("B.java", "class B { B() { throw new Error(\"made\"); } void main() {} }");
        var second = assertThrows(Error.class, () -> Called.with("run", constructor.toString()));
        assertEquals("[B.<init>(B.java:1)]", Arrays.toString(second.getStackTrace()));
    }

    private void assertSays(String expected, String name, String program) throws Throwable {
        assertEquals(
                new Called(0, "", ""), Called.with("run", write(name, program).toString()));
        assertEquals(expected, System.getProperty("said"));
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static Path onlyFileIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            var all = files.toList();
            assertEquals(1, all.size(), all.toString());
            return all.getFirst();
        }
    }
}
