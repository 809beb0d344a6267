// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Blocking;
import dev.wakeful.compiler.corpus.Probe;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Blocks near the limits of the JVM.
class LargeBlockTest {
    private static String awaits(int count) {
        return "long sum = 0; for (int i = 0; i < 2; i++) { if (i > 5) continue;\n"
                + "sum += await(p.of(1L));\n".repeat(count) + "} return sum;";
    }

    private static String program(String body) {
        return "import static dev.wakeful.Async.*; import dev.wakeful.*; class P {\n"
                + "static Future<?> program(dev.wakeful.compiler.corpus.Probe p) { return async(() -> {\n"
                + body + "}); } }";
    }

    private static Map<String, byte[]> plain(String body) {
        return JavaSource.compile("P", program(body), List.of(), "-g").orFail().classes();
    }

    private static int largest(byte[] classFile) {
        return ClassFile.of().parse(classFile).methods().stream()
                .flatMap(method -> method.code().stream())
                .mapToInt(code -> ((CodeAttribute) code).codeLength())
                .max()
                .orElse(0);
    }

    @Test
    void blockOfFourHundredAwaitsIsCompiled() throws Exception {
        assertEquals(800L, Blocking.await(Programs.block(new Probe(n -> n & 1), awaits(400))));
    }

    @Test
    void blockWhoseJumpsNeedFourBytesIsCompiled() throws Exception {
        String body = "Object last = null; String s = \"\"; int i = 0; while (i < 2) { try { if (i++ > 5) break;\n"
                + "last = await(p.of((Object) (\"a\" + i))); s = last + \"b\";\n".repeat(200)
                + "} catch (IllegalStateException e) { s += await(p.of(e.getMessage())); } finally { p.log(s); } }"
                + " return s + last;";
        byte[] compiled = Classes.async(plain(body)).get("P");
        assertTrue(largest(compiled) > 32767, () -> largest(compiled) + " bytes");
        var probe = new Probe(n -> n & 1);
        assertEquals("a2ba2", Blocking.await(Programs.block(probe, body)));
        assertEquals(402, probe.trace().size());

        var cancelled = new Probe(n -> n == 301 ? 1 : 0);
        var future = Programs.block(cancelled, body);
        Context cx = Context.of(Waker.noop());
        assertEquals(dev.wakeful.Future.PENDING, future.pollRaw(cx));
        assertTrue(future.pollCancel(cx).isReady());
        assertEquals("a2b", cancelled.trace().getLast());
    }

    /// Bodies whose code has jumps of four bytes, each of another form: what a state keeps is many, wide, on the stack,
    /// in loops in loops, under handlers.
    static List<Arguments> shapes() {
        String wide = "long a = 1, b = 2; double c = 3, d = 4; String s = \"s\"; int n = 5;\n";
        return List.of(
                Arguments.of(
                        "wide locals in loops",
                        wide + "for (int i = 0; i < 2; i++) { for (long j = 0; j < 2; j++) { double h = j + c;\n"
                                + "a += await(p.of(j)); d += h + await(p.of(b)); n++;\n".repeat(120)
                                + "} s += a; } return s + a + b + c + d + n;"),
                Arguments.of(
                        "resources and handlers",
                        wide + "for (int i = 0; i < 2; i++) { try (var r = new Res(p, \"r\" + i)) { long t = i;\n"
                                + "try { a += t + await(p.of(n)); } catch (IllegalStateException e) { s += e; }\n"
                                        .repeat(90)
                                + "await(p.fail(new IllegalStateException(s))); }\n"
                                + "catch (IllegalStateException e) { b += await(p.of(7)); }"
                                + " finally { d += await(p.of(2)); } } return s + a + b + c + d + n;"),
                Arguments.of(
                        "deep stacks",
                        wide + "for (int i = 0; i < 2; i++) {\n"
                                + "s = a + s.length() + Math.max(b + await(p.of(1)), a * await(p.of(3)))\n"
                                        .concat("+ String.valueOf(c * n + await(p.of(2L)));\n")
                                        .repeat(70)
                                + "if (i > 3) break; s = s.substring(0, 3); } return s + a + b + c + d + n;"),
                Arguments.of(
                        "a switch",
                        wide + "for (int i = 0; i < 400; i++) { switch (i) {\n" + cases(200)
                                + "default -> d++; } } return s + a + b + c + d + n;"));
    }

    private static String cases(int count) {
        var all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append("case ").append(i).append(" -> { long t = a; a = await(p.of(b)) + t; b = t; }\n");
        }
        return all.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void largeBodyOfThisShapeDoesWhatABlockingThreadDoes(String shape, String body) throws Exception {
        String members = "static Future<?> program(Probe p) { return async(() -> {\n" + body + "\n}); }";
        var expected = new Probe(n -> 0);
        Object value = Blocking.await(Programs.members(expected, members, false));
        for (int pendings = 0; pendings < 3; pendings++) {
            int modulus = pendings + 1;
            var probe = new Probe(n -> n % modulus);
            assertEquals(value, Blocking.await(Programs.members(probe, members, true)), shape);
            assertEquals(expected.trace(), probe.trace(), shape);
        }
        Map<String, byte[]> compiled = Programs.classes(members, true);
        int bytes = largest(compiled.get("P"));
        assertTrue(bytes > 32767, shape + " has " + bytes + " bytes");
    }

    @Test
    void buildNotesABlockThatIsTooLargeForTheJitCompiler(@TempDir Path folder) throws Exception {
        Path source = folder.resolve("P.java");
        Files.writeString(source, program(awaits(100)));
        Javac.Run run = Javac.run("-d", folder.toString(), source.toString());
        assertTrue(run.succeeded(), run.output());
        int bytes = largest(Files.readAllBytes(folder.resolve("P.class")));
        assertTrue(bytes > 8000, () -> bytes + " bytes");
        assertTrue(
                run.output()
                        .contains("P.java:3: note: the async block is " + bytes
                                + " bytes of code, and above 8000 the JIT compiler leaves a method to the interpreter"
                                + " [wakeful:block-large]"),
                run.output());
    }

    @Test
    void blockTheJitCompilerTakesIsNotNoted() {
        for (byte[] bytes : plain(awaits(20)).values()) {
            assertEquals(List.of(), AsyncCompiler.compile(bytes).notes());
        }
    }

    @Test
    void blockTooLargeForTheJvmIsRefusedWithItsSizeAndLine() {
        var problems = plain(awaits(1500)).values().stream()
                .flatMap(bytes -> AsyncCompiler.compile(bytes).problems().stream())
                .toList();
        assertEquals(1, problems.size());
        assertTrue(
                problems.getFirst()
                        .toString()
                        .matches("(?s)P.java:3: error: the async block is too large: \\d{5,} bytes.*"),
                problems.toString());
    }
}
