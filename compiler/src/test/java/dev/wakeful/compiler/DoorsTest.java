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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent and the command for folders: the same corpus through each.
class DoorsTest {
    @TempDir
    private Path folder;

    private static String source(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources/corpus", name + ".java"), StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> plain(String name) throws IOException {
        return JavaSource.compile(name, source(name), List.of(), "-g").orFail().classes();
    }

    private void write(Path to, Map<String, byte[]> classes) throws IOException {
        Files.createDirectories(to);
        for (var one : classes.entrySet()) {
            Files.write(to.resolve(one.getKey() + ".class"), one.getValue());
        }
    }

    /// The jar as a build makes it.
    private Path jar() throws IOException {
        Path manifest = Files.writeString(
                folder.resolve("manifest"),
                "Main-Class: " + ClassFolders.class.getName() + "\nPremain-Class: " + Agent.class.getName()
                        + "\nCan-Retransform-Classes: true\n");
        Path jar = folder.resolve("wakeful-compiler.jar");
        int code = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--create",
                        "--file",
                        jar.toString(),
                        "--manifest",
                        manifest.toString(),
                        "-C",
                        Javac.processorPath(),
                        ".");
        assertEquals(0, code);
        return jar;
    }

    private String java(String... arguments) throws Exception {
        var command = new ArrayList<String>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private String expected() throws Exception {
        var all = new StringBuilder();
        for (String name : CorpusTest.programs().toList()) {
            var classes = JavaSource.compile(name, CorpusTest.blocking(source(name)), List.of(), "-g")
                    .orFail()
                    .classes();
            all.append(String.join("\n", RunAll.run(Classes.load(classes), name)))
                    .append('\n');
        }
        return all.toString();
    }

    @Test
    void agentCompilesTheCorpusAsItIsLoaded() throws Exception {
        Path classes = folder.resolve("classes");
        var arguments = new ArrayList<>(List.of(
                "-javaagent:" + jar(),
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + classes,
                RunAll.class.getName()));
        for (String name : CorpusTest.programs().toList()) {
            write(classes, plain(name));
            arguments.add(name);
        }
        assertEquals(expected(), java(arguments.toArray(String[]::new)));
    }

    @Test
    void agentCompilesASourceFileThatJavaRuns() throws Exception {
        Path file = Files.writeString(folder.resolve("Main.java"), """
            import static dev.wakeful.Async.*;
            import dev.wakeful.*;
            void main() throws Exception {
                int one = 1;
                var future = async(() -> one + await(Future.ready(41)));
                System.out.println(future.pollRaw(Context.of(Waker.noop())));
            }
            """);
        assertEquals(
                "42\n", java("-javaagent:" + jar(), "-cp", System.getProperty("java.class.path"), file.toString()));
    }

    @Test
    void folderOfClassesIsCompiledInPlaceAndASecondRunChangesNothing() throws Exception {
        for (String name : CorpusTest.programs().toList()) {
            Path classes = folder.resolve(name);
            write(classes, plain(name));
            for (int run = 0; run < 2; run++) {
                assertTrue(ClassFolders.compile(classes, System.err));
                for (var one : Classes.async(plain(name)).entrySet()) {
                    assertArrayEquals(one.getValue(), Files.readAllBytes(classes.resolve(one.getKey() + ".class")));
                }
            }
        }
    }

    @Test
    void refusedClassOfAFolderIsNamedByFileAndLineAndStaysAsItIs() throws Exception {
        String source = Files.readString(Path.of("src/test/resources/refused/await-outside.java"));
        Map<String, byte[]> classes =
                JavaSource.compile("Refused", source, List.of(), "-g").orFail().classes();
        write(folder.resolve("refused"), classes);
        var messages = new ByteArrayOutputStream();
        assertFalse(ClassFolders.compile(folder.resolve("refused"), new PrintStream(messages, true)));
        assertTrue(
                messages.toString().startsWith("Refused.java:8: error: await stands in method name, outside"),
                messages.toString());
        assertArrayEquals(classes.get("Refused"), Files.readAllBytes(folder.resolve("refused/Refused.class")));
    }
}
