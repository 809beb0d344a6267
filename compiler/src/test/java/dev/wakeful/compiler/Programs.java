// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.Future;
import dev.wakeful.compiler.corpus.Probe;
import java.util.List;
import java.util.Map;

/// Small programs for tests: the body of a block, compiled and loaded.
final class Programs {
    private static final String HEAD = """
        import static dev.wakeful.Async.*;
        import dev.wakeful.*;
        import dev.wakeful.compiler.corpus.Probe;
        import java.io.*;
        import java.util.*;
        class P {
        static class Res implements AutoCloseable {
            final Probe p; final String n; final boolean fails;
            Res(Probe p, String n) { this(p, n, false); }
            Res(Probe p, String n, boolean fails) { this.p = p; this.n = n; this.fails = fails; p.log("open " + n); }
            @Override public void close() throws IOException {
                p.log("close " + n);
                if (fails) throw new IOException("close " + n);
            }
        }
        """;

    private Programs() {}

    /// The future of a block with this body, which sees the probe as `p`.
    static Future<?> block(Probe probe, String body) {
        return members(probe, "static Future<?> program(Probe p) { return async(() -> {\n" + body + "\n}); }");
    }

    /// The future that `program(Probe p)` of a class with these members gives.
    static Future<?> members(Probe probe, String members) {
        return members(probe, members, true);
    }

    /// @param async whether the blocks are compiled; otherwise the thread blocks in their awaits
    static Future<?> members(Probe probe, String members, boolean async) {
        try {
            var method = Class.forName("P", true, Classes.load(classes(members, async)))
                    .getDeclaredMethod("program", Probe.class);
            method.setAccessible(true);
            return (Future<?>) method.invoke(null, probe);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static Map<String, byte[]> classes(String members, boolean async) {
        String source = HEAD + members + "\n}";
        Map<String, byte[]> plain = JavaSource.compile(
                        "P", async ? source : CorpusTest.blocking(source), List.of(), "-g")
                .orFail()
                .classes();
        return async ? Classes.async(plain) : plain;
    }
}
