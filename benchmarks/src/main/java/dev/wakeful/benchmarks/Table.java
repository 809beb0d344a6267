// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A report as text: a line for each contestant.
final class Table {
    private Table() {}

    static String of(Report report) {
        var lines = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("", "min " + report.unit(), "median " + report.unit(), "ours / theirs", ""));
        var extras = report.rows().getFirst().extras().keySet();
        head.addAll(extras);
        lines.add(head);
        for (Row row : report.rows()) {
            var line = new ArrayList<>(List.of(
                    row.contestant(), number(row.min()), number(row.median()), ratio(row.ratio()), spread(row)));
            extras.forEach(name -> line.add(number(row.extras().getOrDefault(name, Double.NaN))));
            lines.add(line);
        }
        var text = new StringBuilder(report.name() + ": " + report.summary() + "\n");
        layOut(lines, text);
        report.skipped()
                .forEach((who, why) -> text.append("  ")
                        .append(who)
                        .append(": skipped, ")
                        .append(why)
                        .append('\n'));
        return text.toString();
    }

    private static void layOut(List<List<String>> lines, StringBuilder text) {
        for (List<String> line : lines) {
            text.append("  ");
            for (int column = 0; column < line.size(); column++) {
                int at = column;
                int width = lines.stream().mapToInt(l -> l.get(at).length()).reduce(1, Math::max);
                text.append(String.format(column == 0 ? "%-" + width + "s" : "  %" + width + "s", line.get(column)));
            }
            text.append('\n');
        }
    }

    private static String spread(Row row) {
        return row.lowRatio() == row.highRatio()
                ? ""
                : "[" + ratio(row.lowRatio()) + " - " + ratio(row.highRatio()) + "]";
    }

    private static String ratio(double ratio) {
        return Double.isFinite(ratio)
                ? String.format(Locale.ROOT, "%.2f", ratio)
                : "-"; // nothing costs less than nothing
    }

    /// Three digits that count.
    static String number(double figure) {
        if (Double.isNaN(figure)) {
            return "-";
        }
        double size = Math.abs(figure);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return size < 0.005 ? "0" : String.format(Locale.ROOT, format, figure);
    }
}
