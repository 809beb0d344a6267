// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.compiler.corpus.RunOne;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jacoco.core.instr.Instrumenter;
import org.jacoco.core.runtime.OfflineInstrumentationAccessGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// JaCoCo reports the lines of a block as it does those of the same body run by a thread that blocks.
class CoverageTest {
    private static final Path SOURCE = Path.of("src/test/resources/covered/Covered.java");

    @TempDir
    private Path folder;

    private Map<String, byte[]> blocking;
    private Map<String, byte[]> plain;

    @BeforeEach
    void compile() throws Exception {
        String source = Files.readString(SOURCE, StandardCharsets.UTF_8);
        blocking = JavaSource.compile("Covered", CorpusTest.blocking(source), List.of(), "-g")
                .orFail()
                .classes();
        plain = JavaSource.compile("Covered", source, List.of(), "-g").orFail().classes();
    }

    private static Path jacoco() throws Exception {
        for (String part : Jdk.classPath().split(File.pathSeparator, -1)) {
            if (part.contains("org.jacoco.agent")) {
                return Path.of(part);
            }
        }
        throw new AssertionError("no agent of JaCoCo on the class path");
    }

    private String jacocoAgent() throws Exception {
        return "-javaagent:" + jacoco() + "=includes=Covered*,destfile=" + folder.resolve("noted");
    }

    /// Runs the classes, and gives JaCoCo's report on `reported`.
    private Coverage run(Map<String, byte[]> classes, Map<String, byte[]> reported, int pendings, String... options)
            throws Exception {
        Path out = Files.createTempDirectory(folder, "classes");
        Corpus.write(out, classes);
        var command = new ArrayList<>(List.of(options));
        command.addAll(List.of(
                "-cp",
                Jdk.classPath() + File.pathSeparator + out,
                RunOne.class.getName(),
                "Covered",
                String.valueOf(pendings)));
        assertEquals(new Jdk.Run(0, "97\n"), Jdk.java(command.toArray(String[]::new)));
        return Coverage.of(folder.resolve("noted"), reported);
    }

    private Coverage expected() throws Exception {
        return run(blocking, blocking, 0, jacocoAgent());
    }

    @Test
    void agentsInEitherOrderReportWhatTheyReportOfABlockingThread() throws Exception {
        Coverage expected = expected();
        assertTrue(expected.lines().size() > 25, expected.toString());
        String ours = "-javaagent:" + Jdk.compilerJar(folder);
        assertEquals(expected, run(plain, plain, 1, ours, jacocoAgent()));
        assertEquals(expected, run(plain, plain, 0, jacocoAgent(), ours));
    }

    @Test
    void classesInstrumentedBeforeTheAsyncCompilerReportTheSame() throws Exception {
        var instrumenter = new Instrumenter(new OfflineInstrumentationAccessGenerator());
        var instrumented = new LinkedHashMap<String, byte[]>();
        for (var one : plain.entrySet()) {
            instrumented.put(one.getKey(), instrumenter.instrument(one.getValue(), one.getKey()));
        }
        String destination = "-Djacoco-agent.destfile=" + folder.resolve("noted");
        assertEquals(expected(), run(Classes.async(instrumented), plain, 1, destination));
    }

    /// A method that is called directly does not run, and its body goes by its lines.
    private static void assertMakersShow(Coverage actual) throws Exception {
        List<String> source = Files.readAllLines(SOURCE);
        for (int number = 1; number <= source.size(); number++) {
            if (source.get(number - 1).contains("return async(")
                    && !source.get(number).contains("never")) {
                assertTrue(actual.lines().get(number).isCovered(), number + " " + source.get(number - 1));
            }
        }
    }

    /// Every line that shows as covered for a blocking thread, and none that was never reached. Where an exception is
    /// thrown, JaCoCo misses lines of a blocking thread that it sees in a block, which has more jumps.
    private static void assertSameLines(Coverage expected, Coverage actual) throws Exception {
        List<String> source = Files.readAllLines(SOURCE);
        assertEquals(Set.of("Covered"), actual.classes());
        expected.lines().forEach((number, line) -> {
            String text = number + " " + source.get(number - 1);
            if (line.isCovered() || text.endsWith("// never")) {
                assertEquals(line.isCovered(), actual.lines().get(number).isCovered(), text);
            }
        });
    }

    @Test
    void classesOfTheProcessorShowTheSameLinesAndNoMachines() throws Exception {
        Coverage expected = expected();
        Map<String, byte[]> classes = Classes.async(plain);
        for (int pendings = 0; pendings < 2; pendings++) {
            Coverage actual = run(classes, classes, pendings, jacocoAgent());
            assertSameLines(expected, actual);
            assertMakersShow(actual);
        }
    }

    @Test
    void classesInstrumentedAfterTheAsyncCompilerRunAndShowTheSameLines() throws Exception {
        var instrumenter = new Instrumenter(new OfflineInstrumentationAccessGenerator());
        Map<String, byte[]> classes = Classes.async(plain);
        var instrumented = new LinkedHashMap<String, byte[]>();
        for (var one : classes.entrySet()) {
            instrumented.put(one.getKey(), instrumenter.instrument(one.getValue(), one.getKey()));
        }
        String destination = "-Djacoco-agent.destfile=" + folder.resolve("noted");
        assertSameLines(expected(), run(instrumented, classes, 1, destination));
    }
}
