// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

/// Reads the table that the compiler writes for each block: a line each for class, method, file, first line, and then
/// for each await its line and the names of the locals that live across it, `12 socket buffer`.
final class Sites {
    private static final int HEADER = 4;

    private Sites() {}

    static String label(String table) {
        String[] lines = table.split("\n", HEADER + 1);
        String file = lines[2].isEmpty() ? "Unknown Source" : lines[2] + ":" + lines[3];
        return simpleName(lines[0]) + "." + lines[1] + "(" + file + ")";
    }

    static StackTraceElement site(String table, int state) {
        String[] lines = table.split("\n", -1);
        String line = state < 1 || HEADER + state > lines.length ? lines[HEADER - 1] : lines[HEADER + state - 1];
        int end = line.indexOf(' ');
        int number = Integer.parseInt(end < 0 ? line : line.substring(0, end));
        return new StackTraceElement(lines[0], lines[1], lines[2].isEmpty() ? null : lines[2], number);
    }

    private static String simpleName(String name) {
        return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
    }
}
