// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.RandomProgram.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Writes the body of a block with statements and expressions of every kind, awaits anywhere.
///
/// What it writes compiles: every variable is assigned where it is declared, whatever ends abruptly stands behind an
/// `if`, and loops have bounds. It may well throw.
final class RandomBody extends RandomExpressions {
    private final boolean abruptFinally;
    private List<String> labels = new ArrayList<>();
    private List<String> blockLabels = new ArrayList<>();
    private int loops;

    /// What the block returns; empty where it must not.
    private String returns = "Object";

    private int depth;
    private int budget;

    RandomBody(long seed, boolean abruptFinally) {
        super(new Random(seed * 0x9E3779B97F4A7C15L + 7));
        this.abruptFinally = abruptFinally;
        this.budget = 6 + random.nextInt(28);
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
}
