// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.compiler.corpus.RunAll;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command for folders of class files.
class ClassFoldersTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... words) {
        return ClassFolders.run(List.of(words), new PrintStream(out, true), new PrintStream(err, true));
    }

    private String classes() {
        return folder.resolve("classes").toString();
    }

    private Map<String, byte[]> write(String name, String source) throws IOException {
        Map<String, byte[]> classes =
                JavaSource.compile(name, source, List.of(), "-g").orFail().classes();
        Corpus.write(folder.resolve("classes"), classes);
        return classes;
    }

    @Test
    void commandCompilesTheCorpusInPlaceAndASecondRunChangesNothing() throws Exception {
        String jar = Jdk.compilerJar(folder).toString();
        for (String name : Corpus.programs()) {
            Corpus.write(folder.resolve("classes"), Corpus.plain(name));
        }
        for (int run = 0; run < 2; run++) {
            // a JVM of its own each time, whose sets and maps have another order
            assertEquals(new Jdk.Run(0, ""), Jdk.java("-jar", jar, classes()));
            for (String name : Corpus.programs()) {
                for (var one : Classes.async(Corpus.plain(name)).entrySet()) {
                    assertArrayEquals(one.getValue(), Files.readAllBytes(Path.of(classes(), one.getKey() + ".class")));
                }
            }
        }
        var arguments = new ArrayList<>(
                List.of("-cp", Jdk.classPath() + File.pathSeparator + classes(), RunAll.class.getName()));
        arguments.addAll(Corpus.programs());
        assertEquals(
                Corpus.expected(), Jdk.java(arguments.toArray(String[]::new)).output());
    }

    @Test
    void refusedClassIsNamedByFileAndLineAndStaysAsItIsWhileOthersAreCompiled() throws Exception {
        String source =
                Files.readString(Path.of("src/test/resources/refused/await-outside.java"), StandardCharsets.UTF_8);
        byte[] refused = write("Refused", source).get("Refused");
        Corpus.write(folder.resolve("classes"), Corpus.plain("Simple"));
        assertEquals(1, run(classes()));
        assertTrue(
                err.toString().startsWith("Refused.java:8: error: await stands in method name, outside"),
                err.toString());
        assertArrayEquals(refused, Files.readAllBytes(Path.of(classes(), "Refused.class")));
        assertTrue(Files.exists(Path.of(classes(), "Simple$async$0.class")));
    }

    @Test
    void classOfAnotherVersionIsRefusedByName() throws Exception {
        byte[] plain = Corpus.plain("Simple").get("Simple");
        byte[] old = ClassFile.of()
                .transformClass(
                        ClassFile.of().parse(plain),
                        ClassTransform.endHandler(out -> out.with(new BlocksAttribute("0"))));
        Corpus.write(folder.resolve("classes"), Map.of("Simple", old));
        assertEquals(1, run(classes()));
        assertEquals("""
            Simple.java: error: class Simple was compiled by version 0 of the async compiler, and this one is\
             version 3 [wakeful:other-version]
              Its blocks fit the machines of that version
              Compile it again from its source
            """, err.toString());
        assertArrayEquals(old, Files.readAllBytes(Path.of(classes(), "Simple.class")));
    }

    @Test
    void machinesOfBlocksThatAreGoneAreRemovedAndOtherClassesAreNot() throws Exception {
        String two = """
            import static dev.wakeful.Async.*;
            class Two {
                dev.wakeful.Future<Integer> a() { return async(() -> 1); }
                dev.wakeful.Future<Integer> b() { return async(() -> 2); }
            }
            """;
        write("Two", two);
        assertEquals(0, run(classes()));
        assertTrue(Files.exists(Path.of(classes(), "Two$async$1.class")));
        write("Two", two.replace("async(() -> 2)", "null"));
        write("None", "class None { static class async$0 {} static class async$1 {} }");
        Files.move(Path.of(classes(), "None$async$1.class"), Path.of(classes(), "None$async$00.class"));
        assertEquals(0, run(classes()));
        assertTrue(Files.exists(Path.of(classes(), "Two$async$0.class")));
        assertFalse(Files.exists(Path.of(classes(), "Two$async$1.class")));
        assertTrue(Files.exists(Path.of(classes(), "None$async$0.class")));
    }

    @Test
    void fileThatIsNoClassFileOrTooNewIsNamedWithTheReason() throws Exception {
        Path broken = Files.createDirectories(Path.of(classes())).resolve("Broken.class");
        Files.writeString(broken, "this is text");
        byte[] newer = Corpus.plain("Simple").get("Simple");
        newer[6] = 1;
        newer[7] = 44;
        Corpus.write(folder.resolve("classes"), Map.of("Newer", newer));
        assertEquals(1, run(classes()));
        assertEquals(
                "wakeful: cannot compile " + broken + ": it is no class file\nwakeful: cannot compile "
                        + broken.resolveSibling("Newer.class")
                        + ": its class-file version is 300, and this JDK reads none above "
                        + ClassFile.latestMajorVersion() + "; run the compiler on a newer JDK\n",
                err.toString());
    }

    @Test
    void folderThatIsNoneIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals(1, run("nowhere", file.toString()));
        assertEquals(
                "wakeful: nowhere is no folder of class files\nwakeful: " + file + " is no folder of class files\n",
                err.toString());
    }

    @Test
    void wrongCallShowsTheUsageAndHelpIsNoFailure() throws Exception {
        assertEquals(2, run());
        assertTrue(err.toString().startsWith("usage: java -jar wakeful-compiler.jar FOLDER...\n"));
        err.reset();
        assertEquals(2, run("--fast", classes()));
        assertTrue(err.toString().startsWith("wakeful: there is no option --fast\nusage: "), err.toString());
        assertEquals(0, run("--help"));
        assertTrue(out.toString().startsWith("usage: "));
        assertEquals(2, Jdk.java("-jar", Jdk.compilerJar(folder).toString()).exitCode());
    }
}
