// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Writes random expressions of a wanted type over the variables of a scope; any part may be an await.
class RandomExpressions {
    record Variable(String type, String name, boolean isFinal) {}

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

    final Random random;
    List<Variable> scope = new ArrayList<>();
    int names;

    RandomExpressions(Random random) {
        this.random = random;
    }

    String type() {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    /// A type whose text does not depend on the identity of an object.
    String printable() {
        String type = type();
        return type.endsWith("[]") ? "long" : type;
    }

    String name(String prefix) {
        return prefix + names++;
    }

    String small() {
        return String.valueOf(random.nextInt(3));
    }

    String index() {
        return random.nextInt(9) == 0 ? expression("int", 2) : "(" + expression("int", 2) + ") & 1";
    }

    String bool(int deep) {
        return expression("boolean", deep);
    }

    String pick(String... all) {
        return all[random.nextInt(all.length)];
    }

    String expression(String type, int deep) {
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

    static String cast(String type) {
        return "(" + type + ") ";
    }

    String operand(String type, int deep) {
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

    String intOperand(int deep) {
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

    String mutable(String type) {
        var found = scope.stream()
                .filter(v -> v.type().equals(type) && !v.isFinal())
                .map(Variable::name)
                .toList();
        return found.isEmpty()
                ? simple(type)
                : "(" + found.get(random.nextInt(found.size())) + pick("++", " += " + small(), "--", " = 4") + ")";
    }

    String booleanOperand(int deep) {
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

    String stringOperand(int deep) {
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

    String simple(String type) {
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
