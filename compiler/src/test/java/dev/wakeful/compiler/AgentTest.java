// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.compiler.corpus.Loads;
import dev.wakeful.compiler.corpus.RunAll;
import java.io.File;
import java.io.IOException;
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

/// The agent: the corpus on the class path, in a source file that `java` runs, and in jshell; and classes it meets
/// late.
class AgentTest {
    private static final String ONE_BLOCK = """
        import static dev.wakeful.Async.*;
        import dev.wakeful.*;
        public class NAME {
            public static Future<Integer> add(int one) { return async(() -> one + await(Future.ready(41))); }
        }
        """;

    @TempDir
    private Path folder;

    private static Map<String, byte[]> oneBlock(String name) {
        return JavaSource.compile(name, ONE_BLOCK.replace("NAME", name), List.of(), "-g")
                .orFail()
                .classes();
    }

    private String agent() throws IOException {
        return "-javaagent:" + Jdk.compilerJar(folder);
    }

    private String classPath() {
        return Jdk.classPath() + File.pathSeparator + folder.resolve("classes");
    }

    @Test
    void agentCompilesTheCorpusAsItIsLoaded() throws Exception {
        var arguments = new ArrayList<>(List.of(agent(), "-cp", classPath(), RunAll.class.getName()));
        for (String name : Corpus.programs()) {
            Corpus.write(folder.resolve("classes"), Corpus.plain(name));
            arguments.add(name);
        }
        assertEquals(
                Corpus.expected(), Jdk.java(arguments.toArray(String[]::new)).output());
    }

    @Test
    void agentCompilesTheCorpusInSourceFilesThatJavaRuns() throws Exception {
        var calls = new StringBuilder();
        for (String name : Corpus.programs()) {
            Files.copy(Corpus.FOLDER.resolve(name + ".java"), folder.resolve(name + ".java"));
            calls.append("RunAll.run(Main.class.getClassLoader(), ")
                    .append(name)
                    .append(".class.getName()).forEach(IO::println);\n");
        }
        Path main = Files.writeString(
                folder.resolve("Main.java"),
                "import dev.wakeful.compiler.corpus.RunAll; class Main { void main() throws Exception {\n" + calls
                        + "} }");
        assertEquals(
                Corpus.expected(),
                Jdk.java(agent(), "-cp", Jdk.classPath(), main.toString()).output());
    }

    @Test
    void agentCompilesACompactSourceFile() throws Exception {
        Path main = Files.writeString(folder.resolve("Main.java"), """
            import static dev.wakeful.Async.*;
            import dev.wakeful.*;
            void main() throws Exception {
                int one = 1;
                var future = async(() -> one + await(Future.ready(41)));
                System.out.println(future.pollRaw(Context.of(Waker.noop())));
            }
            """);
        assertEquals(
                "42\n",
                Jdk.java(agent(), "-cp", Jdk.classPath(), main.toString()).output());
    }

    @Test
    void agentLeavesBlocksAloneThatAreToRunOnThreadsOfTheirOwn() throws Exception {
        Path main = Files.writeString(folder.resolve("Main.java"), """
            import static dev.wakeful.Async.*;
            void main() throws Exception {
                System.out.println(async(() -> 1).getClass().getSimpleName());
            }
            """);
        assertEquals(
                "ThreadBlock\n",
                Jdk.java(agent(), "-Dwakeful.await=block", "-cp", Jdk.classPath(), main.toString())
                        .output());
    }

    @Test
    void agentCompilesWhatIsTypedIntoJshell() throws Exception {
        Path program = Files.writeString(folder.resolve("Simple.java"), Corpus.source("Simple"));
        Path typed = Files.writeString(folder.resolve("typed.jsh"), """
            /open %s
            import static dev.wakeful.Async.*
            import dev.wakeful.*
            int one = 1
            Future<Integer> sum() { return async(() -> one + await(Future.ready(41))); }
            System.out.println("= " + sum().pollRaw(Context.of(Waker.noop())))
            System.out.println("= " + async(() -> await(sum()) * 2).pollRaw(Context.of(Waker.noop())))
            var probe = new dev.wakeful.compiler.corpus.Probe(n -> 1)
            var result = dev.wakeful.compiler.corpus.Blocking.await(Simple.program(probe))
            System.out.println("= " + result + " " + probe.trace())
            /exit
            """.formatted(program));
        Jdk.Run run = Jdk.run(
                "",
                List.of(
                        "jshell",
                        "-s",
                        "-J-Djava.util.prefs.userRoot=" + folder,
                        "-R" + agent(),
                        "--class-path",
                        Jdk.classPath(),
                        typed.toString()));
        var blocking = new dev.wakeful.compiler.corpus.Probe(n -> 1);
        var loader =
                Classes.load(JavaSource.compile("Simple", CorpusTest.blocking(Corpus.source("Simple")), List.of(), "-g")
                        .orFail()
                        .classes());
        Object result = dev.wakeful.compiler.corpus.Blocking.await(RunAll.program(loader, "Simple", blocking));
        // jshell itself may tell that it made a folder for its preferences
        List<String> shown =
                run.output().lines().filter(line -> line.startsWith("= ")).toList();
        assertEquals(List.of("= 42", "= 84", "= " + result + " " + blocking.trace()), shown, run.output());
    }

    @Test
    void classThatWasLoadedBeforeTheAgentIsNamedAndThoseAfterItAreCompiled() throws Exception {
        Corpus.write(folder.resolve("classes"), oneBlock("Early"));
        Corpus.write(folder.resolve("classes"), oneBlock("Late"));
        String output = Jdk.java(
                        "-Djdk.attach.allowAttachSelf=true",
                        "-XX:+EnableDynamicAgentLoading",
                        "-cp",
                        classPath(),
                        Loads.class.getName(),
                        "load=Early",
                        "attach=" + Jdk.compilerJar(folder),
                        "run=Late",
                        "run=Early")
                .output();
        List<String> lines = output.lines().toList();
        assertEquals(
                List.of(
                        "wakeful: Early was loaded before the agent, so its async blocks are not compiled; start the"
                                + " JVM with -javaagent:wakeful-compiler.jar",
                        "Late 42"),
                lines.subList(0, 2));
        assertTrue(lines.get(2).startsWith("Early java.lang.IllegalStateException: "), output);
    }

    @Test
    void classThatAnotherAgentTransformsAgainKeepsItsBlocks() throws Exception {
        Corpus.write(folder.resolve("classes"), oneBlock("Again"));
        Path other = Jdk.jar(
                folder.resolve("other.jar"),
                Path.of(Loads.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()),
                "Premain-Class: " + Loads.class.getName() + "\nCan-Retransform-Classes: true\n");
        for (List<String> agents :
                List.of(List.of(agent(), "-javaagent:" + other), List.of("-javaagent:" + other, agent()))) {
            var command = new ArrayList<>(agents);
            command.addAll(List.of(
                    "-cp",
                    classPath(),
                    Loads.class.getName(),
                    "load=Again",
                    "retransform=Again",
                    "run=Again",
                    "retransform=Again",
                    "run=Again"));
            assertEquals(
                    "Again 42\nAgain 42\n",
                    Jdk.java(command.toArray(String[]::new)).output());
        }
    }

    @Test
    void classLoaderThatDoesNotKnowTheAgentHasItsBlocksCompiled() throws Exception {
        Corpus.write(folder.resolve("classes"), oneBlock("Apart"));
        assertEquals(
                "Apart 42 apart\nApart 42\n",
                Jdk.java(agent(), "-cp", classPath(), Loads.class.getName(), "apart=Apart", "run=Apart")
                        .output());
    }

    @Test
    void classOfAnotherVersionIsNamed() throws Exception {
        byte[] plain = oneBlock("Old").get("Old");
        byte[] old = ClassFile.of()
                .transformClass(
                        ClassFile.of().parse(plain),
                        ClassTransform.endHandler(out -> out.with(new BlocksAttribute("0"))));
        Corpus.write(folder.resolve("classes"), Map.of("Old", old));
        String output = Jdk.java(agent(), "-cp", classPath(), Loads.class.getName(), "load=Old")
                .output();
        assertEquals("""
            Old.java: error: class Old was compiled by version 0 of the async compiler, and this one is version 3\
             [wakeful:other-version]
              Its blocks fit the machines of that version
              Compile it again from its source
            """, output);
    }

    @Test
    void awaitOutsideABlockIsReportedWhenTheClassIsLoaded() throws Exception {
        Corpus.write(
                folder.resolve("classes"),
                JavaSource.compile(
                                "Refused",
                                Files.readString(
                                        Path.of("src/test/resources/refused/await-outside.java"),
                                        StandardCharsets.UTF_8),
                                List.of(),
                                "-g")
                        .orFail()
                        .classes());
        String output = Jdk.java(agent(), "-cp", classPath(), Loads.class.getName(), "load=Refused")
                .output();
        assertTrue(
                output.startsWith("Refused.java:8: error: await stands in method name, outside an async block"
                        + " [wakeful:await-outside]\n"),
                output);
    }

    /// Every program of the folder `refused`, under a name of its own.
    @Test
    void everyProgramThatIsRefusedIsReportedByFileAndLineWhenItsClassesAreLoaded() throws Exception {
        var command = new ArrayList<>(List.of(agent(), "-cp", classPath(), Loads.class.getName()));
        List<String> programs = RefusalTest.programs();
        for (int i = 0; i < programs.size(); i++) {
            Path file = Path.of("src/test/resources/refused", programs.get(i) + ".java");
            String source = Files.readString(file, StandardCharsets.UTF_8).replace("Refused", "Refused" + i);
            Map<String, byte[]> classes = JavaSource.compile("Refused" + i, source, List.of(), "-g")
                    .orFail()
                    .classes();
            Corpus.write(folder.resolve("classes"), classes);
            classes.keySet().forEach(name -> command.add("load=" + name));
        }
        String output = Jdk.java(command.toArray(String[]::new)).output();
        for (int i = 0; i < programs.size(); i++) {
            assertTrue(
                    output.matches("(?s).*Refused" + i + "\\.java:\\d+: error: [^\n]* \\[wakeful:[a-z-]+\\]\n.*"),
                    programs.get(i) + " in " + output);
        }
    }

    @Test
    void blockThatIsTooLargeForTheJitCompilerIsNotedOnce() throws Exception {
        String large = "static dev.wakeful.Future<Integer> large(dev.wakeful.Future<Integer> f) {\n"
                + "return async(() -> {\n" + "await(f);\n".repeat(300) + "return 1; }); }\n";
        int end = ONE_BLOCK.lastIndexOf('}');
        String whole = (ONE_BLOCK.substring(0, end) + large + "}").replace("NAME", "Large");
        Corpus.write(
                folder.resolve("classes"),
                JavaSource.compile("Large", whole, List.of(), "-g").orFail().classes());
        String output = Jdk.java(agent(), "-cp", classPath(), Loads.class.getName(), "load=Large", "run=Large")
                .output();
        assertEquals(1, output.split("Large.java:\\d+: note: the async block is \\d+ bytes", -1).length - 1, output);
        assertTrue(output.endsWith("Large 42\n"), output);
    }
}
