// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Reads the table that the compiler writes for each block: a line each for class, method, file, first line, and then
/// for each await its line and the names of the locals that live across it, `12 socket buffer`.
final class Sites {
    private static final int HEADER = 4;

    private static final ClassValue<AtomicReference<@Nullable Table>> TABLES = new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable Table> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

    private Sites() {}

    /// What a table says, read once for all machines of a class: a dump asks each of them.
    static final class Table {
        final String label;
        private final StackTraceElement[] awaits;

        Table(String table) {
            String text = table.stripTrailing();
            label = label(text);
            awaits = new StackTraceElement[text.split("\n", -1).length - HEADER + 1];
            for (int state = 0; state < awaits.length; state++) {
                awaits[state] = site(text, state);
            }
        }

        /// The line of the await at which a machine goes on; of the block itself for a state that has none.
        StackTraceElement at(int state) {
            return awaits[state < 1 || state >= awaits.length ? 0 : state];
        }
    }

    /// The table of the machines of a class.
    static Table of(Class<?> type, String table) {
        AtomicReference<@Nullable Table> cell = TABLES.get(type);
        Table read = cell.get();
        if (read == null) {
            read = new Table(table);
            cell.set(read);
        }
        return read;
    }

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
