// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.LineNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A debugger on a block sees what it sees on the same body run by a thread that blocks.
class DebuggerTest {
    private static final Path SOURCE = Path.of("src/test/resources/debugged/Debugged.java");

    @TempDir
    private Path folder;

    private Debugger debug(boolean async, int pendings) throws Exception {
        String source = Files.readString(SOURCE, StandardCharsets.UTF_8);
        Map<String, byte[]> classes = JavaSource.compile(
                        "Debugged", async ? source : CorpusTest.blocking(source), List.of(), "-g")
                .orFail()
                .classes();
        Path out = folder.resolve(async ? "async" : "blocking");
        Corpus.write(out, async ? Classes.async(classes) : classes);
        return new Debugger(out, "Debugged", pendings);
    }

    private List<Debugger.Stop> stops(boolean async, int pendings) throws Exception {
        try (Debugger debugger = debug(async, pendings)) {
            return debugger.breakpointsOnEveryLine();
        }
    }

    /// The same lines, and `this`; of the variables those that the source can still use, with the same values. What
    /// it cannot use may be gone, since a suspended block does not keep it.
    private static void assertSame(List<Debugger.Stop> expected, List<Debugger.Stop> actual) {
        assertEquals(
                expected.stream().map(Debugger.Stop::line).toList(),
                actual.stream().map(Debugger.Stop::line).toList());
        for (int i = 0; i < actual.size(); i++) {
            Debugger.Stop seen = actual.get(i);
            assertEquals(expected.get(i).base(), seen.base());
            Map<String, String> all = expected.get(i).locals();
            seen.locals().forEach((name, value) -> assertEquals(all.get(name), value, name + " in " + seen));
        }
        assertEquals("40", actual.getFirst().base());
        assertSees(actual, "int first = await", Map.of("before", "3", "name", "n3"));
        assertSees(actual, "long after = first", Map.of("before", "3", "name", "n3", "first", "2"));
        assertSees(actual, "double half = number", Map.of("after", "5", "number", "3", "name", "n3"));
        assertSees(actual, "if (after > half)", Map.of("after", "8", "half", "1.5", "name", "n3"));
        assertSees(actual, "name += e.getMessage", Map.of("after", "12", "e", "java.lang.IllegalStateException"));
        assertSees(actual, "plain.run()", Map.of("after", "12", "name", "n3++x.40", "plain", "Debugged$$Lambda"));
    }

    /// What is seen at the first stop at the line that has this text.
    private static void assertSees(List<Debugger.Stop> stops, String text, Map<String, String> wanted) {
        int line = line(text);
        Debugger.Stop stop =
                stops.stream().filter(one -> one.line() == line).findFirst().orElseThrow();
        wanted.forEach((name, value) -> assertEquals(value, stop.locals().get(name), name + " in " + stop));
    }

    private static int line(String text) {
        try {
            List<String> lines = Files.readAllLines(SOURCE, StandardCharsets.UTF_8);
            return lines.indexOf(lines.stream()
                            .filter(one -> one.contains(text))
                            .findFirst()
                            .orElseThrow())
                    + 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void breakpointsStopWhereTheyDoForABlockingThreadAndShowVariablesAndThis() throws Exception {
        assertSame(stops(false, 0), stops(true, 0));
    }

    @Test
    void breakpointsStopOnceAndShowTheSameAfterTheBlockWasSuspendedInEachAwait() throws Exception {
        assertSame(stops(false, 1), stops(true, 2));
    }

    @Test
    void stepOverAnAwaitLandsOnTheNextLine() throws Exception {
        List<Integer> expected;
        try (Debugger debugger = debug(false, 0)) {
            expected = debugger.stepOverLines();
        }
        try (Debugger debugger = debug(true, 0)) {
            List<Integer> lines = debugger.stepOverLines();
            // a catch that is reached by an exception shows, or does not, as the JVM finds the handler
            lines.removeIf(line -> line == line("} catch"));
            expected.removeIf(line -> line == line("} catch"));
            assertEquals(expected, lines);
        }
    }

    /// What was not compiled has a thread of its own, on which a pending await blocks.
    @Test
    void stepOverAPendingAwaitLandsOnTheNextLineInTheBlockingMode() throws Exception {
        List<Integer> expected;
        try (Debugger debugger = debug(false, 1)) {
            expected = debugger.stepOverLines();
        }
        assertTrue(expected.contains(line("long after = first")), expected.toString());
        Path out = folder.resolve("uncompiled");
        String source = Files.readString(SOURCE, StandardCharsets.UTF_8);
        Corpus.write(
                out,
                JavaSource.compile("Debugged", source, List.of(), "-g").orFail().classes());
        try (Debugger debugger = new Debugger(out, "Debugged", 1, "RunBlocks", "-Dwakeful.await=block")) {
            assertEquals(expected, debugger.stepOverLines());
        }
    }

    /// The debugger is in the caller when the block suspends, and the breakpoint behind the await stops.
    @Test
    void stepOverAPendingAwaitLeavesTheCompiledBlockAndABreakpointBehindItStops() throws Exception {
        int await = line("int first = await");
        try (Debugger debugger = debug(true, 1)) {
            List<Integer> lines = debugger.stepOverLines();
            assertEquals(await, lines.getLast());
        }
        try (Debugger debugger = debug(true, 1)) {
            assertTrue(debugger.breakpointsOnEveryLine().stream().anyMatch(stop -> stop.line() == await + 1));
        }
    }

    /// What leaves the block at an await comes back at the same await: by the first line of the block, and by the
    /// headers of the loops around the await. Then it is at the next line.
    @Test
    void stepIntoGoesOnBehindAPendingAwaitWhenTheClassesOfTheLibraryAreNotSteppedInto() throws Exception {
        List<Integer> expected;
        try (Debugger debugger = debug(false, 1)) {
            expected = debugger.stepIntoLines();
        }
        List<Integer> lines;
        try (Debugger debugger = debug(true, 1)) {
            lines = debugger.stepIntoLines();
        }
        // a catch that is reached by an exception shows, or does not, as the JVM finds the handler
        lines.removeIf(line -> line == line("} catch"));
        expected.removeIf(line -> line == line("} catch"));
        var left = new ArrayList<Integer>();
        int resumes = 0;
        for (int i = 0; i < lines.size(); i++) {
            int line = lines.get(i);
            left.add(line);
            if (i + 2 < lines.size() && lines.get(i + 1) == line("int before =") && lines.get(i + 2) == line) {
                resumes++;
                i += 2;
                if (i + 1 < lines.size() && lines.get(i + 1) == line("for (int")) {
                    int again = i + 2 + lines.subList(i + 2, lines.size()).indexOf(line);
                    lines.subList(i + 2, again).forEach(way -> assertEquals(line("name += await"), way));
                    i = again;
                }
            }
        }
        assertEquals(expected, left, lines.toString());
        assertEquals(10, resumes); // each await that runs
    }

    /// `Covered.other` is such a method; its body goes by its line.
    @Test
    void breakpointOnTheLineOfAMethodThatIsCalledDirectlyStopsOnceForEachCall() throws Exception {
        Path covered = Path.of("src/test/resources/covered/Covered.java");
        String source = Files.readString(covered, StandardCharsets.UTF_8);
        List<String> lines = source.lines().toList();
        int line = lines.indexOf("    private Future<Integer> other(Probe p) {") + 2;
        Path out = folder.resolve("covered");
        var plain = JavaSource.compile("Covered", source, List.of(), "-g").orFail();
        Corpus.write(out, Classes.async(plain.classes()));
        for (int pendings = 0; pendings < 2; pendings++) {
            try (Debugger debugger = new Debugger(out, "Covered", pendings)) {
                assertEquals(1, debugger.stopsAt(line));
            }
        }
    }

    @Test
    void lineTableNamesNoLineThatTheSourceHasNot() throws Exception {
        String source = Files.readString(SOURCE, StandardCharsets.UTF_8);
        Map<String, byte[]> plain =
                JavaSource.compile("Debugged", source, List.of(), "-g").orFail().classes();
        assertEquals(lines(plain.get("Debugged")), lines(Classes.async(plain).get("Debugged")));
    }

    private static Set<Integer> lines(byte[] classFile) {
        return ClassFile.of().parse(classFile).methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(CodeModel::elementStream)
                .filter(LineNumber.class::isInstance)
                .map(element -> ((LineNumber) element).line())
                .collect(Collectors.toSet());
    }
}
