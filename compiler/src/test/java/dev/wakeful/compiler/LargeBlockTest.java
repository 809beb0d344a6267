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
