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
            "int", "int", "long", "float", "double", "boolean", "char", "byte", "short", "String", "Object", "Integer",
            "int[]", "Shape", "Color");

    private final Random random;
    private final boolean abruptFinally;
    private List<Variable> scope = new ArrayList<>();
    private List<String> labels = new ArrayList<>();
    private int loops;
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
            class %s {
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
                int field = 3;
                static long total = 5;
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
        return switch (random.nextInt(22)) {
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
            default -> Node.leaf("p.log(\"v\", " + expression(type(), 3) + ");");
        };
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
                    case "int[]" ->
                        name + "[" + index() + "] " + pick("+=", "=", "-=") + " " + expression("int", 3) + ";";
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
        if (resource) {
            head += "(var r" + id + " = new Res(p, " + expression("int", 2) + ")"
                    + (random.nextBoolean() ? "; var q" + id + " = new Res(p, " + id + ")" : "") + ") ";
        }
        parts.add(head + "{ p.attempt(" + id + ");");
        inner.add(block(3));
        if (catches) {
            String caught = pick("IOException", "RuntimeException", "Exception", "Throwable", "Error | IOException");
            parts.add("} catch (" + caught + " e" + id + ") { p.log(\"caught\", e" + id + ".getMessage());");
            inner.add(block(2));
        }
        if (finishes) {
            parts.add("} finally { p.leave(" + id + ");");
            int savedLoops = loops;
            var savedLabels = labels;
            if (!abruptFinally) {
                loops = 0;
                labels = new ArrayList<>();
            }
            inner.add(block(2));
            loops = savedLoops;
            labels = savedLabels;
        }
        parts.add("}");
        return new Node(parts, inner);
    }

    private Node abrupt() {
        String what = switch (random.nextInt(6)) {
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
        switch (random.nextInt(4)) {
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
        scope = new ArrayList<>(scope.stream()
                .filter(v -> v.isFinal() && !v.name().startsWith("i"))
                .toList());
        String value = "await(p.of((int) " + simple("int") + "))";
        scope = saved;
        return value;
    }

    private Node nested() {
        var saved = scope;
        int savedLoops = loops;
        var savedLabels = labels;
        scope = new ArrayList<>(scope.stream()
                .filter(v -> v.isFinal() && !v.name().startsWith("i"))
                .toList());
        loops = 0;
        labels = new ArrayList<>();
        var body = block(3);
        String result = expression("String", 2);
        scope = saved;
        loops = savedLoops;
        labels = savedLabels;
        return new Node(
                List.of("p.log(\"nested\", await(async(() -> {", "return " + result + "; })));"), List.of(body));
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
        return type.equals("int[]") ? "long" : type;
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
        if (random.nextInt(4) == 0) {
            return "await(p.of(" + cast(type) + operand(type, deep - 1) + "))";
        }
        return operand(type, deep);
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
            case "Shape" ->
                random.nextBoolean()
                        ? "new Dot(" + expression("int", deep - 1) + ")"
                        : "new Box(" + expression("Object", deep - 1) + ", " + expression("Shape", deep - 1) + ")";
            default -> "Color.values()[(" + expression("int", deep - 1) + ") & 1]";
        };
    }

    private String intOperand(int deep) {
        return switch (random.nextInt(8)) {
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
                : "(" + found.get(random.nextInt(found.size())) + pick("++", " += " + small(), "--") + ")";
    }

    private String booleanOperand(int deep) {
        return switch (random.nextInt(5)) {
            case 0 -> "(" + bool(deep - 1) + pick(" && ", " || ", " ^ ", " & ") + bool(deep - 1) + ")";
            case 1 -> "!(" + bool(deep - 1) + ")";
            case 2 -> "((Object) " + expression("Object", deep - 1) + " == null)";
            case 3 ->
                "((long) " + expression("long", deep - 1) + pick(" < ", " == ", " >= ") + "(int) "
                        + expression("int", deep - 1) + ")";
            default ->
                "((int) " + expression("int", deep - 1) + pick(" < ", " != ", " > ") + expression("int", deep - 1)
                        + ")";
        };
    }

    private String stringOperand(int deep) {
        return switch (random.nextInt(5)) {
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
            case "Shape" -> "new Dot(2)";
            default -> pick("Color.RED", "Color.BLUE");
        };
    }
}
