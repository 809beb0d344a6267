// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.List;

/// The class around a random body: what its expressions call.
final class RandomProgram {
    private RandomProgram() {}

    /// A statement: text around inner statements, so that a failing program can be shrunk.
    ///
    /// @param parts the text before, between and behind the inner lists, one more than there are lists
    /// @param inner the inner statements
    record Node(List<String> parts, List<List<Node>> inner) {
        static Node leaf(String text) {
            return new Node(List.of(text), List.of());
        }

        void print(StringBuilder out, String indent) {
            for (int i = 0; i < parts.size(); i++) {
                out.append(indent).append(parts.get(i)).append('\n');
                if (i < inner.size()) {
                    inner.get(i).forEach(node -> node.print(out, indent + "    "));
                }
            }
        }
    }

    /// The class of a program.
    static String of(String name, List<Node> body) {
        var out = new StringBuilder("""
            import static dev.wakeful.Async.*;
            import dev.wakeful.*;
            import dev.wakeful.compiler.corpus.Probe;
            import java.io.*;
            class %s extends Probe.Base {
                sealed interface Shape permits Dot, Box {}
                record Dot(int x) implements Shape {}
                record Box(Object a, Shape b) implements Shape {}
                enum Color { RED, GREEN, BLUE }
                record Res(Probe p, int n) implements AutoCloseable {
                    Res { p.log("open " + n); }
                    @Override public void close() throws IOException {
                        p.log("close " + n);
                        if (n %% 7 == 3) throw new IOException("close " + n);
                    }
                }
                static class Cell {
                    int n; long w = 2; String s = "c"; final int[] a = {1, 2, 3};
                    Cell(int n) { this.n = n; }
                    @Override public String toString() { return "cell" + n + w + s + java.util.Arrays.toString(a); }
                }
                int field = 3;
                static long total = 5;
                @Override protected String up(int i, String s) { return "over" + s + i; }
                static <T> T either(boolean b, T x, T y) { return b ? x : y; }
                private Future<String> one(Probe p, int a, String b) { return async(() -> b + await(p.of(a)) + field); }
                static Future<Long> two(Probe p, long l, int n) {
                    return async(() -> {
                        long sum = l;
                        for (int i = 0; i < (n & 3); i++) sum += await(p.of((long) i));
                        return sum;
                    });
                }
                final Future<Integer> three(Probe p, int n) {
                    return async(() -> n <= 0 ? await(p.of(n)) : await(three(p, (n & 3) - 1)) + n);
                }
                private static Future<Object> four(int n, Probe p) {
                    return async(() -> {
                        try {
                            if ((n & 1) == 1) throw new IOException("four " + n);
                            return await(p.of("four"));
                        } finally {
                            p.log("four", await(p.of(n)));
                        }
                    });
                }
                <T> Future<T> same(Probe p, T value) { return async(() -> await(p.of(value))); }
                String at(int i, long l, String s) { return s + i + l + field; }
                static String all(Object... parts) { return java.util.Arrays.toString(parts); }
                static Future<?> program(Probe p) { return new %s().go(p); }
                Future<Object> go(Probe p) {
                    total = 5;
                    return async(() -> {
            """.formatted(name, name));
        body.forEach(node -> node.print(out, "            "));
        return out.append("            return p.log(\"end\", field + \" \" + total);\n        });\n    }\n}\n")
                .toString();
    }
}
