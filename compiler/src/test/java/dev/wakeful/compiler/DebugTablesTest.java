// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.compiler.corpus.Blocking;
import dev.wakeful.compiler.corpus.LineTrace;
import dev.wakeful.compiler.corpus.Probe;
import dev.wakeful.compiler.corpus.RunAll;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a debugger reads of a block, the tables of lines and variables, over the corpus and random programs:
/// breakpoints on every line stop where they do for a blocking thread, in the same order and as often, and show the
/// same variables.
///
/// More of them (a thousand take about a minute):
///
/// ```
/// mvn -Dquick -pl compiler -am test -Dtest=DebugTablesTest
///     -Dwakeful.test.timeout=60m -Dwakeful.test.module-timeout=3600
///     -Dwakeful.test.jvm="-Dwakeful.fuzz.programs=20000 -Dwakeful.fuzz.seed=1"
/// ```
class DebugTablesTest {
    private static final int PROGRAMS = Integer.getInteger("wakeful.fuzz.programs", 50);
    private static final long SEED = Long.getLong("wakeful.fuzz.seed", 1);
    private static final int AT_ONCE = 50;

    private static final ClassDesc TRACE = ClassDesc.of(LineTrace.class.getName());
    private static final MethodTypeDesc AT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);

    private static Map<String, String> corpus() throws IOException {
        var sources = new LinkedHashMap<String, String>();
        Corpus.programs().forEach(name -> sources.put(name, Corpus.source(name)));
        for (String name : List.of("debugged/Debugged", "debugged/LastLoop", "covered/Covered")) {
            Path file = Path.of("src/test/resources", name + ".java");
            sources.put(name.substring(name.indexOf('/') + 1), Files.readString(file, StandardCharsets.UTF_8));
        }
        return sources;
    }

    private static Map<String, String> random(long first, int count) {
        var sources = new LinkedHashMap<String, String>();
        for (long seed = first; seed < first + count; seed++) {
            sources.put("G" + seed, RandomProgram.of("G" + seed, new RandomBody(seed, seed % 5 == 0).body()));
        }
        return sources;
    }

    private static Map<String, byte[]> javac(Map<String, String> sources) {
        return JavaSource.compile(sources, List.of(), "-g").orFail().classes();
    }

    private static Map<String, byte[]> blocking(Map<String, String> sources) {
        var texts = new LinkedHashMap<String, String>();
        sources.forEach((name, text) -> texts.put(name, CorpusTest.blocking(text)));
        return javac(texts);
    }

    @Test
    void corpusKeepsItsLinesAndVariables() throws IOException {
        Map<String, String> sources = corpus();
        Map<String, byte[]> plain = javac(sources);
        Map<String, byte[]> async = Classes.async(plain);
        assertEquals(30, sameTables(plain, async));
        assertSameWay(sources.keySet(), blocking(sources), async);
    }

    @Test
    void randomProgramsKeepTheirLinesAndVariables() {
        for (long first = SEED; first < SEED + PROGRAMS; first += AT_ONCE) {
            Map<String, String> sources = random(first, (int) Math.min(AT_ONCE, SEED + PROGRAMS - first));
            Map<String, byte[]> plain = javac(sources);
            Map<String, byte[]> async = Classes.async(plain);
            assertTrue(sameTables(plain, async) > 0);
            assertSameWay(sources.keySet(), blocking(sources), async);
        }
    }

    // ------------------------------------------------------------------------------------------------- the tables

    /// How many blocks were compared.
    private static int sameTables(Map<String, byte[]> plain, Map<String, byte[]> async) {
        int blocks = 0;
        for (String name : plain.keySet()) {
            var compiled = new HashMap<String, MethodModel>();
            methods(async, name).forEach(method -> compiled.put(simpleName(method), method));
            for (MethodModel method : methods(plain, name)) {
                MethodModel body = compiled.get(simpleName(method));
                if (body != null
                        && !body.methodType().equalsString(method.methodType().stringValue())) {
                    assertSameTables(name + "." + simpleName(method), code(method), code(body));
                    blocks++;
                }
            }
        }
        return blocks;
    }

    private static CodeBody code(MethodModel method) {
        return new CodeBody(method, method.code().orElseThrow().elementList(), new Signatures());
    }

    private static List<MethodModel> methods(Map<String, byte[]> classes, String name) {
        return ClassFile.of().parse(Objects.requireNonNull(classes.get(name))).methods().stream()
                .filter(method -> method.methodName().stringValue().startsWith("lambda$"))
                .toList();
    }

    /// Bodies of instances carry the name of their class behind it.
    private static String simpleName(MethodModel method) {
        String[] parts = method.methodName().stringValue().split("\\$", -1);
        return parts[1] + "$" + parts[2];
    }

    /// The rows of the line table in their order, each with the variables that are seen there. (Behind them stand the
    /// lines of a method that the body is called instead of.)
    private static void assertSameTables(String name, CodeBody plain, CodeBody compiled) {
        int[] expected = rows(plain);
        int[] actual = rows(compiled);
        assertTrue(actual.length >= expected.length, name);
        for (int row = 0; row < expected.length; row++) {
            int line = plain.lines[expected[row]];
            assertEquals(line, compiled.lines[actual[row]], name);
            Map<String, Integer> wanted = variables(plain, expected[row]);
            Set<String> seen = variables(compiled, actual[row]).keySet();
            assertTrue(wanted.keySet().containsAll(seen), name + ":" + line + " " + wanted + " " + seen);
            for (Map.Entry<String, Integer> variable : wanted.entrySet()) {
                if (!seen.contains(variable.getKey())) {
                    assertMayBeGone(name + ":" + line + " " + variable, plain, variable.getValue(), expected[row]);
                }
            }
        }
    }

    private static int[] rows(CodeBody body) {
        int[] rows = new int[body.lines.length];
        int count = 0;
        for (int i = 0; i < body.length(); i++) {
            if (body.lines[i] != 0) {
                rows[count++] = i;
            }
        }
        return Arrays.copyOf(rows, count);
    }

    /// The variables of the source at an instruction, with their types, and their slots.
    private static Map<String, Integer> variables(CodeBody body, int at) {
        var all = new TreeMap<String, Integer>();
        Stream.concat(body.variables.stream(), body.generics.stream())
                .filter(row -> row.covers(at) && !row.name().stringValue().contains("$"))
                .forEach(row -> assertNull(
                        all.put(row.name().stringValue() + " " + row.type().stringValue(), row.slot()), "twice"));
        return all;
    }

    /// Only an await may have lost a variable, and only one whose value nobody can read any more. A variable of a
    /// pattern has two ranges, that of the guard and that of the case.
    private static void assertMayBeGone(String what, CodeBody body, int slot, int from) {
        Set<String> names = body.variables.stream()
                .filter(row -> row.slot() == slot && row.covers(from))
                .map(row -> row.name().stringValue())
                .collect(Collectors.toSet());
        assertTrue(
                body.variables.stream()
                        .anyMatch(row -> row.slot() == slot
                                && names.contains(row.name().stringValue())
                                && body.awaits.stream().anyMatch(row::covers)),
                what);
        assertFalse(isReadFrom(body, slot, from), what);
    }

    private static boolean isReadFrom(CodeBody body, int slot, int from) {
        var seen = new BitSet();
        var work = new ArrayDeque<Integer>(List.of(from));
        while (!work.isEmpty()) {
            int at = work.remove();
            if (seen.get(at)) {
                continue;
            }
            seen.set(at);
            body.handlers.stream().filter(row -> row.covers(at)).forEach(row -> work.add(row.entry()));
            switch (body.instructions[at]) {
                case LoadInstruction load
                when load.slot() == slot -> {
                    return true;
                }
                case IncrementInstruction increment
                when increment.slot() == slot -> {
                    return true;
                }
                case StoreInstruction store when store.slot() == slot -> {}
                default -> Arrays.stream(body.successors(at)).forEach(work::add);
            }
        }
        return false;
    }

    // ------------------------------------------------------------------------------------------------- the way

    private static void assertSameWay(Set<String> names, Map<String, byte[]> blocking, Map<String, byte[]> async) {
        ClassLoader expecting = marked(blocking);
        ClassLoader actual = marked(async);
        for (String name : names) {
            Set<Integer> shared = sharedLines(Objects.requireNonNull(blocking.get(name)));
            var stops = new TreeSet<Integer>();
            for (IntUnaryOperator pendings : List.<IntUnaryOperator>of(n -> 0, n -> 1, n -> n * 31 % 3)) {
                List<Integer> expected = way(expecting, name, pendings);
                assertEquals(
                        withoutRepeats(expected, shared),
                        withoutRepeats(way(actual, name, pendings), shared),
                        () -> "a breakpoint stops elsewhere in " + name);
                stops.addAll(expected);
            }
            assertTrue(stops.size() > 1, name + " " + stops);
        }
    }

    /// The lines that are in several methods: a method that makes a block, and the block. A block that is called in the
    /// place of the method stops once there, not twice.
    private static Set<Integer> sharedLines(byte[] classFile) {
        var once = new TreeSet<Integer>();
        var shared = new TreeSet<Integer>();
        for (MethodModel method : ClassFile.of().parse(classFile).methods()) {
            var own = new TreeSet<Integer>();
            method.code()
                    .ifPresent(code -> code.forEach(element -> {
                        if (element instanceof LineNumber row) {
                            own.add(row.line());
                        }
                    }));
            own.stream().filter(line -> !once.add(line)).forEach(shared::add);
        }
        return shared;
    }

    private static List<Integer> withoutRepeats(List<Integer> lines, Set<Integer> shared) {
        var kept = new ArrayList<Integer>();
        for (int line : lines) {
            if (kept.isEmpty() || kept.getLast() != line || !shared.contains(line)) {
                kept.add(line);
            }
        }
        return kept;
    }

    private static List<Integer> way(ClassLoader loader, String name, IntUnaryOperator pendings) {
        LineTrace.take();
        try {
            Blocking.await(RunAll.program(loader, name, new Probe(pendings)));
        } catch (Throwable failure) {
            // how programs end is what others compare
        }
        return LineTrace.take();
    }

    /// The classes with a call at the start of each row of each line table, where a debugger would set a breakpoint.
    private static ClassLoader marked(Map<String, byte[]> classes) {
        ClassFile context = Classes.context(classes);
        var marking = ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(() -> (out, element) -> {
            out.with(element);
            if (element instanceof LineNumber row) {
                out.loadConstant(row.line()).invokestatic(TRACE, "at", AT);
            }
        }));
        var marked = new LinkedHashMap<String, byte[]>();
        classes.forEach((name, bytes) -> marked.put(name, context.transformClass(context.parse(bytes), marking)));
        return Classes.load(marked);
    }
}
