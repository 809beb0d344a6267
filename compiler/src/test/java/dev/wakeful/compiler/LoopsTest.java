// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The code of a block is reducible: each loop is entered through its header alone, also by a resume.
class LoopsTest {
    private static final String HEAD = """
        import static dev.wakeful.Async.*;
        import dev.wakeful.*;
        import dev.wakeful.compiler.corpus.Probe;
        class P { static Future<?> program(Probe p) { return async(() -> {
        """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int s = 0; for (int i = 0; i < 9; i++) s += await(p.of(i)); return s;",
                "while (await(p.of(true))) { p.tick(); } return 1;",
                "do { p.tick(); } while (await(p.of(true))); return 1;",
                "a: for (;;) { for (int i = 0; i < 3; i++) { if (await(p.of(i)) == 2) continue a;"
                        + " if (i > 5) break a; } p.tick(); } return 1;",
                "for (int i = 0; i < 3; i++) { try { await(p.of(i)); } catch (RuntimeException e) { await(p.of(1)); }"
                        + " finally { await(p.of(2)); } } return 1;",
                "while (true) { try { return await(p.of(1)); } catch (IllegalStateException e) { p.tick(); } }",
                "return 1 + switch (p.hashCode()) { default -> { int s = 0; for (int x : new int[3])"
                        + " s += await(p.of(x)); yield s; } };",
                "for (int i = 0; i < 3; i++) for (long j = 0; j < 3; j++) for (String t : new String[2])"
                        + " { await(p.of(t)); if (j == 1) await(p.of(j)); } return 1;",
                "for (int i = 0; i < 3; i++) { await(async(() -> { for (int j = 0; j < 3; j++) await(p.of(j)); })); }"
                        + " return 1;"
            })
    void loopIsEnteredThroughItsHeader(String body) {
        assertReducible(HEAD + body + "\n}); } }", "P");
    }

    @ParameterizedTest
    @MethodSource("dev.wakeful.compiler.CorpusTest#programs")
    void loopsOfTheCorpusAreEnteredThroughTheirHeaders(String name) throws IOException {
        assertReducible(Files.readString(Path.of("src/test/resources/corpus", name + ".java")), name);
    }

    private static void assertReducible(String source, String name) {
        Map<String, byte[]> classes = Classes.async(
                JavaSource.compile(name, source, List.of(), "-g").orFail().classes());
        int bodies = 0;
        for (byte[] bytes : classes.values()) {
            for (var method : ClassFile.of().parse(bytes).methods()) {
                if (method.code().isPresent()
                        && method.methodName().stringValue().startsWith("lambda$")) {
                    bodies++;
                    assertTrue(
                            new Graph(method.code().get()).isReducible(),
                            () -> "a loop of " + method.methodName() + " has a second entry:\n"
                                    + method.code().get().toDebugString());
                }
            }
        }
        assertTrue(bodies > 0);
    }

    @Test
    void jumpIntoTheMiddleOfALoopIsSeen() {
        byte[] bytes = ClassFile.of()
                .build(
                        java.lang.constant.ClassDesc.of("T"),
                        type -> type.withMethodBody(
                                "m",
                                java.lang.constant.MethodTypeDesc.ofDescriptor("(I)V"),
                                ClassFile.ACC_STATIC,
                                code -> {
                                    Label header = code.newLabel();
                                    Label middle = code.newLabel();
                                    code.iload(0).ifne(middle);
                                    code.labelBinding(header).iinc(0, 1);
                                    code.labelBinding(middle).iload(0).ifne(header);
                                    code.return_();
                                }));
        CodeModel code = ClassFile.of().parse(bytes).methods().getFirst().code().orElseThrow();
        assertEquals(false, new Graph(code).isReducible());
    }

    /// The control flow of a method, instruction by instruction.
    private static final class Graph {
        private final List<BitSet> successors = new ArrayList<>();

        Graph(CodeModel code) {
            var places = new HashMap<Label, Integer>();
            var instructions = new ArrayList<Instruction>();
            for (var element : code) {
                if (element instanceof LabelTarget target) {
                    places.put(target.label(), instructions.size());
                } else if (element instanceof Instruction instruction) {
                    instructions.add(instruction);
                }
            }
            for (int i = 0; i < instructions.size(); i++) {
                var next = new BitSet();
                successors.add(next);
                boolean falls = true;
                switch (instructions.get(i)) {
                    case BranchInstruction branch -> {
                        next.set(places.get(branch.target()));
                        falls = !CodeBody.isGoto(branch);
                    }
                    case TableSwitchInstruction table -> {
                        falls = false;
                        next.set(places.get(table.defaultTarget()));
                        table.cases().forEach(one -> next.set(places.get(one.target())));
                    }
                    case LookupSwitchInstruction table -> {
                        falls = false;
                        next.set(places.get(table.defaultTarget()));
                        table.cases().forEach(one -> next.set(places.get(one.target())));
                    }
                    case ReturnInstruction _, ThrowInstruction _ -> falls = false;
                    default -> {}
                }
                if (falls) {
                    next.set(i + 1);
                }
            }
            for (var element : code.elementList()) {
                if (element instanceof PseudoInstruction && element instanceof ExceptionCatch row) {
                    for (int i = places.get(row.tryStart()); i < places.get(row.tryEnd()); i++) {
                        successors.get(i).set(places.get(row.handler()));
                    }
                }
            }
        }

        /// Takes edges of a node to itself away and merges nodes that have one predecessor into it, as long as
        /// possible: a reducible graph becomes one node (Hecht and Ullman).
        boolean isReducible() {
            int n = successors.size();
            var alive = reached(n);
            var before = new ArrayList<BitSet>();
            for (int i = 0; i < n; i++) {
                before.add(new BitSet());
            }
            alive.stream()
                    .forEach(i -> successors.get(i).stream()
                            .forEach(to -> before.get(to).set(i)));
            boolean changed = true;
            while (changed) {
                changed = false;
                for (int i = alive.nextSetBit(1); i >= 0; i = alive.nextSetBit(i + 1)) {
                    before.get(i).clear(i);
                    successors.get(i).clear(i);
                    if (before.get(i).cardinality() == 1) {
                        int into = before.get(i).nextSetBit(0);
                        int merged = i;
                        successors.get(into).clear(merged);
                        successors.get(merged).stream().forEach(to -> {
                            before.get(to).clear(merged);
                            before.get(to).set(into);
                            successors.get(into).set(to);
                        });
                        alive.clear(merged);
                        changed = true;
                    }
                }
            }
            return alive.cardinality() == 1;
        }

        private BitSet reached(int n) {
            var seen = new BitSet(n);
            var work = new java.util.ArrayDeque<Integer>(List.of(0));
            seen.set(0);
            while (!work.isEmpty()) {
                successors.get(work.remove()).stream()
                        .filter(to -> !seen.get(to))
                        .forEach(to -> {
                            seen.set(to);
                            work.add(to);
                        });
            }
            return seen;
        }
    }
}
