// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Writes a random program: the body of a block with statements and expressions of every kind, awaits anywhere.
///
/// What it writes compiles: every variable is assigned where it is declared, whatever ends abruptly stands behind an
/// `if`, and loops have bounds. It may well throw.
final class RandomBody {
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

    private record Variable(String type, String name, boolean isFinal) {}

    private static final List<String> TYPES = List.of(
            "int",
            "int",
            "long",
            "float",
            "double",
            "boolean",
            "char",
            "byte",
            "short",
            "String",
            "Object",
            "Integer",
            "int[]",
            "long[]",
            "Object[]",
            "Shape",
            "Color",
            "Cell");

    private final Random random;
    private final boolean abruptFinally;
    private List<Variable> scope = new ArrayList<>();
    private List<String> labels = new ArrayList<>();
    private List<String> blockLabels = new ArrayList<>();
    private int loops;

    /// What the block returns; empty where it must not.
    private String returns = "Object";

    private int names;
    private int depth;
    private int budget;

    RandomBody(long seed, boolean abruptFinally) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 7);
        this.abruptFinally = abruptFinally;
        this.budget = 6 + random.nextInt(28);
    }

    /// The class of a program.
    static String program(String name, List<Node> body) {
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

    List<Node> body() {
        return block(4);
    }

    // ------------------------------------------------------------------------------------------------- statements

    private List<Node> block(int most) {
        var saved = new ArrayList<>(scope);
        var nodes = new ArrayList<Node>();
        int count = 1 + random.nextInt(most);
        depth++;
        for (int i = 0; i < count; i++) {
            nodes.add(statement());
        }
        depth--;
        scope = saved;
        return nodes;
    }

    private Node statement() {
        if (--budget < 0 || depth > 5) {
            return Node.leaf("p.log(\"s\", " + expression(type(), 1) + ");");
        }
        return switch (random.nextInt(34)) {
            case 0, 1, 2, 3, 4 -> declaration();
            case 5, 6 -> assignment();
            case 7 -> new Node(List.of("if (" + bool(2) + ") {", "} else {", "}"), List.of(block(3), block(3)));
            case 8, 9 -> forLoop();
            case 10 -> whileLoop();
            case 11, 12, 13 -> tryStatement();
            case 14 -> switchStatement();
            case 15 -> abrupt();
            case 16 -> nested();
            case 17 -> pattern();
            case 18 -> forEach();
            case 19 ->
                Node.leaf("p.log(\"call\", at(" + expression("int", 2) + ", " + expression("long", 2) + ", "
                        + expression("String", 2) + "));");
            case 20 -> Node.leaf("assert " + bool(2) + " : " + expression("String", 1) + ";");
            case 21 -> iterableFor();
            case 22 -> twoVariables();
            case 23 -> labelledBlock();
            case 24 -> synchronizedBlock();
            case 25 -> capturingLambda();
            case 26 -> anonymousClass();
            case 27 -> localRecord();
            case 28 -> recordPattern();
            case 29 -> keptBlock();
            case 30, 31 -> memberAssignment();
            case 32 -> Node.leaf("p.log(\"four\", await(four(" + expression("int", 2) + ", p)));");
            default -> Node.leaf("p.log(\"v\", " + expression(type(), 3) + ");");
        };
    }

    private Node iterableFor() {
        String x = name("x");
        String values = random.nextBoolean()
                ? "java.util.List.of(" + expression("int", 2) + ", " + expression("int", 2) + ")"
                : "(Integer[]) new Integer[] {" + expression("int", 2) + ", " + expression("Integer", 2) + "}";
        scope.add(new Variable("Integer", x, true));
        enterLoop("");
        var body = block(3);
        leaveLoop("");
        scope.removeIf(v -> v.name().equals(x));
        return new Node(List.of("for (Integer " + x + " : " + values + ") { p.tick();", "}"), List.of(body));
    }

    private Node twoVariables() {
        String i = name("i");
        String j = name("i");
        String label = random.nextBoolean() ? name("L") : "";
        enterLoop(label);
        var body = block(3);
        leaveLoop(label);
        return new Node(
                List.of(
                        (label.isEmpty() ? "" : label + ": ") + "for (long " + i + " = 0, " + j + " = " + small()
                                + " + "
                                + expression("long", 1) + " % 3; ; " + i + "++, " + j + "--) { p.tick(); if (" + i
                                + " >= " + j + ") break;",
                        "}"),
                List.of(body));
    }

    private Node labelledBlock() {
        String label = name("B");
        blockLabels.add(label);
        var first = block(2);
        blockLabels.removeLast();
        return new Node(
                List.of(label + ": {", "if (" + bool(2) + ") break " + label + ";", "}"), List.of(first, block(2)));
    }

    private Node synchronizedBlock() {
        return Node.leaf("synchronized (this) { p.log(\"sync\"); field += " + simple("int") + "; if ("
                + simple("boolean") + " && field > 1000) throw new IllegalStateException(\"sync\"); }");
    }

    /// What a lambda or a class inside the block may see: final variables, no loop counters.
    private String captured(String type) {
        var saved = scope;
        scope = finals();
        String value = simple(type);
        scope = saved;
        return value;
    }

    private List<Variable> finals() {
        return new ArrayList<>(scope.stream()
                .filter(v -> v.isFinal() && !v.name().startsWith("i"))
                .toList());
    }

    private Node capturingLambda() {
        String f = name("f");
        return Node.leaf("java.util.function.Function<Object, Object> " + f + " = q -> \"f\" + q + "
                + captured(printable()) + " + field; p.log(\"fn\", " + f + ".apply("
                + expression(printable(), 2) + "));");
    }

    private Node anonymousClass() {
        return Node.leaf("p.log(\"an\", new Object() { final long c = " + captured("long")
                + "; @Override public String toString() { return \"an\" + c + " + captured("String")
                + " + field; } }.toString() + " + expression("String", 2) + ");");
    }

    private Node localRecord() {
        String r = name("R");
        return Node.leaf("record " + r + "(int a, Object b) { " + r + " { a += 1; } } p.log(\"rec\", new " + r + "("
                + expression("int", 2) + ", " + expression("String", 2) + "));");
    }

    private Node recordPattern() {
        String n = name("n");
        var body = block(2);
        return new Node(
                List.of(
                        "if ((Shape) " + expression("Shape", 3) + " instanceof Box(" + pick("var", "Object") + " a" + n
                                + ", "
                                + pick(
                                        "Dot(int " + n + ")",
                                        "Box(Integer " + n + ", var c" + n + ")",
                                        "Box(_, Dot(var " + n + "))")
                                + ") && " + n + " < " + expression("int", 1)
                                + ") { p.log(\"rp\", a" + n + ");",
                        "} else p.log(\"no\");"),
                List.of(body));
    }

    /// A block that is kept and started more than once.
    private Node keptBlock() {
        Inner inner = inner();
        String b = name("b");
        return new Node(
                List.of(
                        "AsyncBlock<String> " + b + " = () -> {",
                        "return " + inner.result + "; }; p.log(\"kept\", await(async(" + b + ")) + await(async(" + b
                                + ")));"),
                List.of(inner.body));
    }

    private Node memberAssignment() {
        String cell = "((Cell) " + expression("Cell", 2) + ")";
        return Node.leaf(
                switch (random.nextInt(6)) {
                    case 0 ->
                        "p.log(\"m\", " + cell + ".n " + pick("+=", "=", "<<=") + " " + expression("int", 2) + ");";
                    case 1 ->
                        "p.log(\"m\", " + cell + ".w " + pick("*=", "-=", ">>>=") + " " + expression("long", 2) + ");";
                    case 2 -> "p.log(\"m\", " + cell + ".s += " + expression(printable(), 2) + ");";
                    case 3 ->
                        "p.log(\"m\", " + cell + ".a[" + index() + "] " + pick("+=", "%=", "|=") + " "
                                + expression("int", 2) + ");";
                    case 4 ->
                        "p.log(\"m\", (" + expression("long[]", 2) + ")[" + index() + "]" + pick("++", "--") + " + "
                                + expression("int", 2) + ");";
                    default -> "p.log(\"m\", ++" + cell + ".a[" + index() + "]);";
                });
    }

    private Node declaration() {
        String type = type();
        String name = name("v");
        String value = expression(type, 3);
        boolean isFinal = random.nextInt(4) == 0;
        scope.add(new Variable(type, name, isFinal));
        return Node.leaf((isFinal ? "final " : "") + type + " " + name + " = " + value + ";");
    }

    private Node assignment() {
        var candidates = scope.stream().filter(v -> !v.isFinal()).toList();
        if (candidates.isEmpty()) {
            return Node.leaf("field += " + expression("int", 3) + ";");
        }
        Variable target = candidates.get(random.nextInt(candidates.size()));
        String name = target.name();
        return Node.leaf(
                switch (target.type()) {
                    case "int", "long", "byte", "short", "char" ->
                        switch (random.nextInt(4)) {
                            case 0 -> name + "++;";
                            case 1 ->
                                name + " " + pick("+=", "-=", "*=", "^=", "<<=", "/=") + " " + expression("int", 3)
                                        + ";";
                            default -> name + " = " + expression(target.type(), 3) + ";";
                        };
                    case "float", "double" -> name + " " + pick("+=", "=", "*=") + " " + expression("float", 3) + ";";
                    case "String" -> name + " += " + expression(printable(), 3) + ";";
                    case "int[]", "long[]" ->
                        name + "[" + index() + "] " + pick("+=", "=", "-=") + " " + expression("int", 3) + ";";
                    case "Object[]" -> name + "[" + index() + "] = " + expression("Object", 3) + ";";
                    case "Cell" -> name + ".n " + pick("+=", "=") + " " + expression("int", 3) + ";";
                    default -> name + " = " + expression(target.type(), 3) + ";";
                });
    }

    private Node forLoop() {
        String i = name("i");
        String label = random.nextInt(3) == 0 ? name("L") : "";
        scope.add(new Variable("int", i, true));
        enterLoop(label);
        var body = block(3);
        leaveLoop(label);
        scope.removeLast();
        return new Node(
                List.of(
                        (label.isEmpty() ? "" : label + ": ") + "for (int " + i + " = " + small() + "; " + i + " < "
                                + expression("int", 1) + " % 4; " + i + "++) { p.tick();",
                        "}"),
                List.of(body));
    }

    private Node whileLoop() {
        enterLoop("");
        boolean isDo = random.nextBoolean();
        String condition = bool(2);
        String count = name("c");
        var body = block(3);
        leaveLoop("");
        return new Node(
                isDo
                        ? List.of(
                                "int " + count + " = 0; do { p.tick();",
                                "} while (" + condition + " && " + count + "++ < 3);")
                        : List.of(
                                "int " + count + " = 0; while (" + condition + " && " + count + "++ < 3) { p.tick();",
                                "}"),
                List.of(body));
    }

    private void enterLoop(String label) {
        loops++;
        if (!label.isEmpty()) {
            labels.add(label);
        }
    }

    private void leaveLoop(String label) {
        loops--;
        if (!label.isEmpty()) {
            labels.removeLast();
        }
    }

    private Node tryStatement() {
        int id = names++;
        var parts = new ArrayList<String>();
        var inner = new ArrayList<List<Node>>();
        boolean resource = random.nextInt(3) == 0;
        boolean catches = random.nextInt(3) > 0;
        boolean finishes = !catches && !resource || random.nextBoolean();
        String head = finishes ? "p.enter(" + id + "); try " : "try ";
        if (resource && random.nextInt(4) == 0) {
            head = "var k" + id + " = new Res(p, " + expression("int", 1) + "); " + head + "(k" + id + "; var l" + id
                    + " = new Res(p, k" + id + ".n() + 1)) ";
            resource = false;
        }
        if (resource) {
            head += "(var r" + id + " = new Res(p, " + expression("int", 2) + ")"
                    + (random.nextBoolean() ? "; var q" + id + " = new Res(p, " + id + ")" : "") + ") ";
        }
        parts.add(head + "{ p.attempt(" + id + ");");
        inner.add(block(3));
        if (catches) {
            String caught = pick(
                    "IOException",
                    "RuntimeException",
                    "Exception",
                    "Throwable",
                    "Error | IOException",
                    "IllegalStateException | Error | IOException");
            parts.add("} catch (" + caught + " e" + id + ") { p.log(\"caught\", e" + id + ".getMessage());");
            inner.add(block(2));
        }
        if (finishes) {
            parts.add("} finally { p.leave(" + id + ");");
            int savedLoops = loops;
            var savedLabels = labels;
            var savedBlocks = blockLabels;
            String savedReturns = returns;
            if (!abruptFinally) {
                loops = 0;
                labels = new ArrayList<>();
                blockLabels = new ArrayList<>();
                returns = "";
            }
            inner.add(block(2));
            loops = savedLoops;
            labels = savedLabels;
            blockLabels = savedBlocks;
            returns = savedReturns;
        }
        parts.add("}");
        return new Node(parts, inner);
    }

    private Node abrupt() {
        String what = switch (random.nextInt(9)) {
            case 6, 7 ->
                returns.isEmpty()
                        ? "throw new RuntimeException(\"r\");"
                        : "return p.log(\"return\", " + expression("String", 2) + ");";
            case 8 ->
                blockLabels.isEmpty()
                        ? "throw new Exception(\"e\");"
                        : "break " + blockLabels.get(random.nextInt(blockLabels.size())) + ";";
            case 0 -> loops > 0 ? "break;" : "throw new IOException(\"b\");";
            case 1 -> loops > 0 ? "continue;" : "throw new IllegalStateException(\"c\");";
            case 2 ->
                labels.isEmpty()
                        ? "throw new Error(\"l\");"
                        : pick("break ", "continue ") + labels.get(random.nextInt(labels.size())) + ";";
            case 3 ->
                "await(p.fail(new " + pick("IOException", "IllegalStateException", "Error") + "("
                        + expression("String", 1) + ")));";
            case 4 -> "throw new IOException(" + expression("String", 2) + ");";
            default -> "throw await(p.of(new IllegalArgumentException(" + expression("String", 1) + ")));";
        };
        return Node.leaf("if (" + bool(2) + ") " + what);
    }

    private Node switchStatement() {
        var parts = new ArrayList<String>();
        var inner = new ArrayList<List<Node>>();
        int savedLoops = loops;
        loops = Math.max(loops, 0);
        switch (random.nextInt(6)) {
            case 4 -> {
                String n = name("n");
                parts.add("switch ((Object) " + expression("Object", 2) + ") { case null -> {");
                inner.add(block(2));
                parts.add("} case Integer i" + n + " when i" + n + " > " + guard() + " -> {");
                inner.add(block(2));
                parts.add("} case String s" + n + " -> { p.log(\"str\", s" + n + ".length() + " + expression("int", 2)
                        + "); } case Color c" + n + " -> p.log(\"col\", c" + n + "); default -> {");
                inner.add(block(2));
                parts.add("}");
            }
            case 5 -> {
                String n = name("n");
                parts.add("switch ((Shape) " + expression("Shape", 3) + ") { case Box(var a" + n + ", Box(Integer b" + n
                        + ", Dot(var c" + n + "))) when c" + n + " != b" + n + " -> { p.log(\"deep\", a" + n + ");");
                inner.add(block(2));
                parts.add("} case Box(_, Dot(int d" + n + ")) -> { p.log(\"dot\", d" + n + " + " + expression("int", 2)
                        + ");");
                inner.add(block(2));
                parts.add("} case Shape any" + n + " -> {");
                inner.add(block(2));
                parts.add("}");
            }
            case 0 -> {
                parts.add("switch (" + expression("int", 2) + " & 3) { case 0:");
                inner.add(block(2));
                parts.add("case 1:" + (random.nextBoolean() ? " break; case 2:" : ""));
                inner.add(block(2));
                parts.add("default:");
                inner.add(block(2));
            }
            case 1 -> {
                parts.add("switch (" + expression("String", 2) + ") { case \"a\", \"b\" -> {");
                inner.add(block(2));
                parts.add("} case \"null\" -> {} default -> {");
                inner.add(block(2));
                parts.add("}");
            }
            case 2 -> {
                parts.add("switch (" + expression("Color", 2) + ") { case RED -> {");
                inner.add(block(2));
                parts.add("} case GREEN, BLUE -> {");
                inner.add(block(2));
                parts.add("}");
            }
            default -> {
                String n = name("n");
                parts.add("switch ((Shape) " + expression("Shape", 2) + ") { case Dot(int " + n + ") when " + n + " > "
                        + guard() + " -> {");
                inner.add(block(2));
                parts.add("} case Dot d" + n + " -> { p.log(\"dot\", d" + n + ".x()); } case Box(String s" + n
                        + ", var b" + n + ") -> { p.log(s" + n + ", b" + n + ");");
                inner.add(block(2));
                parts.add("} case Box b" + n + " -> {");
                inner.add(block(2));
                parts.add("}");
            }
        }
        loops = savedLoops;
        parts.add("}");
        inner.add(List.of());
        return new Node(parts, inner);
    }

    /// A guard sees only what is final, and assigns nothing.
    private String guard() {
        var saved = scope;
        scope = finals();
        String value = "await(p.of((int) " + simple("int") + "))";
        scope = saved;
        return value;
    }

    /// The statements of a block inside the block, and its value.
    private record Inner(List<Node> body, String result) {}

    private Inner inner() {
        var saved = scope;
        int savedLoops = loops;
        var savedLabels = labels;
        var savedBlocks = blockLabels;
        String savedReturns = returns;
        scope = finals();
        loops = 0;
        labels = new ArrayList<>();
        blockLabels = new ArrayList<>();
        returns = "String";
        var body = block(3);
        String result = expression("String", 2);
        scope = saved;
        loops = savedLoops;
        labels = savedLabels;
        blockLabels = savedBlocks;
        returns = savedReturns;
        return new Inner(body, result);
    }

    private Node nested() {
        Inner inner = inner();
        return new Node(
                List.of("p.log(\"nested\", await(async(() -> {", "return " + inner.result + "; })));"),
                List.of(inner.body));
    }

    private Node pattern() {
        String n = name("t");
        String value = expression("Object", 2);
        scope.add(new Variable("String", n, true));
        var body = block(2);
        scope.removeIf(v -> v.name().equals(n));
        return new Node(
                List.of("if ((Object) " + value + " instanceof String " + n + " && " + n + ".length() < 9) {", "}"),
                List.of(body));
    }

    private Node forEach() {
        String x = name("x");
        String array = expression("int[]", 2);
        scope.add(new Variable("int", x, false));
        enterLoop("");
        var body = block(3);
        leaveLoop("");
        scope.removeIf(v -> v.name().equals(x));
        return new Node(List.of("for (int " + x + " : " + array + ") { p.tick();", "}"), List.of(body));
    }

    // ------------------------------------------------------------------------------------------------- expressions

    private String type() {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    /// A type whose text does not depend on the identity of an object.
    private String printable() {
        String type = type();
        return type.endsWith("[]") ? "long" : type;
    }

    private String name(String prefix) {
        return prefix + names++;
    }

    private String small() {
        return String.valueOf(random.nextInt(3));
    }

    private String index() {
        return random.nextInt(9) == 0 ? expression("int", 2) : "(" + expression("int", 2) + ") & 1";
    }

    private String bool(int deep) {
        return expression("boolean", deep);
    }

    private String pick(String... all) {
        return all[random.nextInt(all.length)];
    }

    private String expression(String type, int deep) {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> "await(p.of(" + cast(type) + operand(type, deep - 1) + "))";
            case 4 ->
                switch (type) {
                    case "String" ->
                        "await(one(p, " + expression("int", deep - 1) + ", " + expression("String", deep - 1) + "))";
                    case "long" ->
                        "await(two(p, " + expression("long", deep - 1) + ", " + expression("int", deep - 1) + "))";
                    case "int" -> "await(three(p, " + expression("int", deep - 1) + "))";
                    default -> "await(same(p, " + cast(type) + operand(type, deep - 1) + "))";
                };
            default -> operand(type, deep);
        };
    }

    private static String cast(String type) {
        return "(" + type + ") ";
    }

    private String operand(String type, int deep) {
        if (deep <= 0 || random.nextInt(5) == 0) {
            return simple(type);
        }
        if (random.nextInt(7) == 0) {
            return "(" + bool(deep - 1) + " ? " + cast(type) + "(" + expression(type, deep - 1) + ") : " + cast(type)
                    + "(" + expression(type, deep - 1) + "))";
        }
        if (random.nextInt(15) == 0) {
            return "(" + cast(type) + "either(" + bool(deep - 1) + ", " + cast(type) + "(" + expression(type, deep - 1)
                    + "), " + cast(type) + "(" + simple(type) + ")))";
        }
        if (random.nextInt(25) == 0) {
            String sum = name("s");
            String z = name("z");
            return "(switch (" + expression("Color", deep - 1) + ") { case RED -> " + cast(type) + "("
                    + expression(type, deep - 1) + "); case GREEN, BLUE -> { int " + sum + " = 0; for (int " + z
                    + " = 0; " + z + " < 2; " + z + "++) { " + sum + " += " + expression("int", deep - 1)
                    + "; } p.log(\"s\", " + sum + "); yield " + cast(type) + "(" + simple(type) + "); } })";
        }
        if (random.nextInt(12) == 0) {
            return "(switch (" + expression("int", deep - 1) + " % 3) { case 0 -> " + cast(type) + "("
                    + expression(type, deep - 1) + "); case 1 -> { p.log(\"case\"); yield " + cast(type) + "("
                    + expression(type, deep - 1) + "); } default -> " + cast(type) + "(" + simple(type) + "); })";
        }
        return switch (type) {
            case "int" -> intOperand(deep);
            case "long", "float", "double" ->
                "((" + type + ") " + "(" + expression(pick(type, "int"), deep - 1) + " " + pick("+", "-", "*") + " "
                        + expression(type, deep - 1) + "))";
            case "byte", "short", "char" ->
                "((" + type + ") (" + expression("int", deep - 1) + " + " + expression(type, deep - 1) + "))";
            case "boolean" -> booleanOperand(deep);
            case "String" -> stringOperand(deep);
            case "Object" -> "((Object) (" + expression(pick("String", "Integer", "Color", "Shape"), deep - 1) + "))";
            case "Integer" -> "Integer.valueOf(" + expression("int", deep - 1) + ")";
            case "int[]" -> "new int[] {" + expression("int", deep - 1) + ", " + expression("int", deep - 1) + "}";
            case "long[]" -> "new long[] {" + expression("int", deep - 1) + ", " + expression("long", deep - 1) + "}";
            case "Object[]" ->
                "new Object[] {" + expression("Object", deep - 1) + ", " + expression("String", deep - 1) + "}";
            case "Cell" -> "new Cell(" + expression("int", deep - 1) + ")";
            case "Shape" ->
                random.nextBoolean()
                        ? "new Dot(" + expression("int", deep - 1) + ")"
                        : "new Box(" + expression("Object", deep - 1) + ", " + expression("Shape", deep - 1) + ")";
            default -> "Color.values()[(" + expression("int", deep - 1) + ") & 1]";
        };
    }

    private String intOperand(int deep) {
        return switch (random.nextInt(12)) {
            case 8 -> "((int) -" + expression("byte", deep - 1) + ")";
            case 9 -> "(~" + expression("int", deep - 1) + pick(" >> ", " >>> ") + "2)";
            case 10 -> "(new int[][] {{1, " + expression("int", deep - 1) + "}, {2, 3}})[" + index() + "][1]";
            case 11 -> "(" + cast("Cell") + expression("Cell", deep - 1) + ").n";
            case 0 -> "(" + expression("int[]", deep - 1) + ")[" + index() + "]";
            case 1 -> "(field " + pick("+=", "=", "^=") + " " + expression("int", deep - 1) + ")";
            case 2 -> "(int) (total += " + expression("long", deep - 1) + ")";
            case 3 -> "String.valueOf(" + expression("String", deep - 1) + ").length()";
            case 4 -> mutable("int");
            default ->
                "(" + expression("int", deep - 1) + " " + pick("+", "-", "*", "/", "&", "|", "<<", "%") + " "
                        + expression("int", deep - 1) + ")";
        };
    }

    private String mutable(String type) {
        var found = scope.stream()
                .filter(v -> v.type().equals(type) && !v.isFinal())
                .map(Variable::name)
                .toList();
        return found.isEmpty()
                ? simple(type)
                : "(" + found.get(random.nextInt(found.size())) + pick("++", " += " + small(), "--", " = 4") + ")";
    }

    private String booleanOperand(int deep) {
        return switch (random.nextInt(5)) {
            case 0 -> "(" + bool(deep - 1) + pick(" && ", " || ", " ^ ", " & ") + bool(deep - 1) + ")";
            case 1 -> "!(" + bool(deep - 1) + ")";
            case 2 ->
                pick(
                        "((Object) " + expression("Object", deep - 1) + " == null)",
                        "((Object) " + expression("Object", deep - 1) + " instanceof Integer)");
            case 3 ->
                "((long) " + expression("long", deep - 1) + pick(" < ", " == ", " >= ") + "(int) "
                        + expression("int", deep - 1) + ")";
            default ->
                "((int) " + expression("int", deep - 1) + pick(" < ", " != ", " > ") + expression("int", deep - 1)
                        + ")";
        };
    }

    private String stringOperand(int deep) {
        return switch (random.nextInt(8)) {
            case 5 ->
                pick("super.", "this.", "") + "up(" + expression("int", deep - 1) + ", "
                        + expression("String", deep - 1) + ")";
            case 6 -> "\"\"\"\n  text\n    block\\\n \"\"\" + " + expression("char", deep - 1);
            case 7 -> "(String) all((Object[]) " + expression("Object[]", deep - 1) + ")";
            case 0 ->
                "at(" + expression("int", deep - 1) + ", " + expression("long", deep - 1) + ", "
                        + expression("String", deep - 1) + ")";
            case 1 -> "all(" + expression("Object", deep - 1) + ", " + expression("char", deep - 1) + ")";
            case 2 ->
                "new String(new StringBuilder(" + expression("String", deep - 1) + " + \"\").append("
                        + expression("double", deep - 1) + "))";
            default ->
                "(\"s\" + " + expression(printable(), deep - 1) + " + " + expression(printable(), deep - 1) + ")";
        };
    }

    private String simple(String type) {
        var found = scope.stream()
                .filter(v -> v.type().equals(type))
                .map(Variable::name)
                .toList();
        if (!found.isEmpty() && random.nextInt(3) > 0) {
            return found.get(random.nextInt(found.size()));
        }
        return switch (type) {
            case "int" -> pick(String.valueOf(random.nextInt(7)), "field", "-1", "100000");
            case "long" -> pick("total", "3L", "1L");
            case "float" -> pick("1.5f", "0f");
            case "double" -> pick("2.25", "1e9");
            case "boolean" -> pick("true", "false");
            case "char" -> "'c'";
            case "byte" -> "(byte) 3";
            case "short" -> "(short) 4";
            case "String" -> pick("\"a\"", "\"b\"", "\"lit\"");
            case "Object" -> pick("\"o\"", "null", "this.getClass().getSimpleName().length()");
            case "Integer" -> "Integer.valueOf(7)";
            case "int[]" -> "new int[] {1, 2}";
            case "long[]" -> "new long[2]";
            case "Object[]" -> "new Object[] {1, \"e\"}";
            case "Cell" -> "new Cell(1)";
            case "Shape" -> "new Dot(2)";
            default -> pick("Color.RED", "Color.BLUE");
        };
    }
}
