// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.compiler.corpus.Blocking;
import dev.wakeful.compiler.corpus.Probe;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Blocks near the limits of the JVM.
class LargeBlockTest {
    private static String awaits(int count) {
        return "long sum = 0; for (int i = 0; i < 2; i++) { if (i > 5) continue;\n"
                + "sum += await(p.of(1L));\n".repeat(count) + "} return sum;";
    }

    @Test
    void blockOfFourHundredAwaitsIsCompiled() throws Exception {
        assertEquals(800L, Blocking.await(Programs.block(new Probe(n -> n & 1), awaits(400))));
    }

    @Test
    void blockTooLargeForTheJvmIsRefusedWithItsSizeAndLine() {
        String source = "import static dev.wakeful.Async.*; import dev.wakeful.*; class P {\n"
                + "static Future<?> program(dev.wakeful.compiler.corpus.Probe p) { return async(() -> {\n"
                + awaits(1500)
                + "}); } }";
        var problems = JavaSource.compile("P", source, List.of(), "-g").orFail().classes().values().stream()
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
