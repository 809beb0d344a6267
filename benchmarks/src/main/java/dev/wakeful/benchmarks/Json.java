// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// The reports and the surroundings of a run as JSON.
final class Json {
    private Json() {}

    static String of(Map<String, String> environment, List<Report> reports) {
        var out = new StringBuilder("{\n  \"environment\": {");
        var facts = environment.entrySet().iterator();
        while (facts.hasNext()) {
            var fact = facts.next();
            out.append("\n    ").append(quote(fact.getKey())).append(": ").append(quote(fact.getValue()));
            out.append(facts.hasNext() ? "," : "\n  ");
        }
        out.append("},\n  \"workloads\": [");
        for (Iterator<Report> each = reports.iterator(); each.hasNext(); ) {
            append(out, each.next());
            out.append(each.hasNext() ? "," : "");
        }
        return out.append("\n  ]\n}\n").toString();
    }

    private static void append(StringBuilder out, Report report) {
        out.append("\n    {\"name\": ").append(quote(report.name()));
        out.append(", \"summary\": ").append(quote(report.summary()));
        out.append(", \"unit\": ").append(quote(report.unit())).append(", \"rows\": [");
        for (Iterator<Row> each = report.rows().iterator(); each.hasNext(); ) {
            append(out, each.next());
            out.append(each.hasNext() ? "," : "");
        }
        out.append("\n    ], \"skipped\": {");
        String between = "";
        for (var skipped : report.skipped().entrySet()) {
            out.append(between).append(quote(skipped.getKey())).append(": ").append(quote(skipped.getValue()));
            between = ", ";
        }
        out.append("}}");
    }

    private static void append(StringBuilder out, Row row) {
        out.append("\n      {\"contestant\": ").append(quote(row.contestant()));
        out.append(", \"min\": ").append(number(row.min()));
        out.append(", \"median\": ").append(number(row.median()));
        out.append(", \"oursOverTheirs\": ").append(number(row.ratio()));
        out.append(", \"spread\": [").append(number(row.lowRatio())).append(", ");
        out.append(number(row.highRatio())).append(']');
        row.extras()
                .forEach((name, figure) ->
                        out.append(", ").append(quote(name)).append(": ").append(number(figure)));
        out.append('}');
    }

    private static String number(double figure) {
        return Double.isFinite(figure) ? String.valueOf((double) Math.round(figure * 1000) / 1000) : "null";
    }

    private static String quote(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
