// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import java.util.List;
import java.util.Locale;

/// The reports as a static SVG picture: for each workload a bar for each contestant, as long as its median is in
/// relation to the slowest one's.
final class Chart {
    private static final int WIDTH = 760;
    private static final int LABELS = 170;
    private static final int BARS = 400;
    private static final int LINE = 18;

    private Chart() {}

    static String of(List<Report> reports) {
        var body = new StringBuilder();
        int y = 14;
        for (Report report : reports) {
            y = append(body, report, y);
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="12">
            <rect width="100%%" height="100%%" fill="white"/>
            %s</svg>
            """.formatted(WIDTH, y, body);
    }

    private static int append(StringBuilder out, Report report, int top) {
        int y = top + LINE;
        text(out, 10, y, "font-weight=\"bold\"", report.name() + " (" + report.unit() + ")");
        double longest = report.rows().stream().mapToDouble(Row::median).max().orElse(1);
        for (Row row : report.rows()) {
            y += LINE;
            boolean ours = row == report.rows().getFirst();
            int length = (int) Math.max(1, Math.round(BARS * row.median() / longest));
            text(out, LABELS - 8, y, "text-anchor=\"end\"", row.contestant());
            out.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                    LABELS,
                    y - 11,
                    length,
                    LINE - 5,
                    ours ? "#1f6feb" : "#9aa4b2"));
            String figure = Table.number(row.median());
            text(
                    out,
                    LABELS + length + 6,
                    y,
                    "",
                    ours ? figure : figure + String.format(Locale.ROOT, "  (ours / theirs %.2f)", row.ratio()));
        }
        return y + LINE;
    }

    private static void text(StringBuilder out, int x, int y, String style, String words) {
        out.append("<text x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\" ")
                .append(style)
                .append('>');
        out.append(words.replace("&", "&amp;").replace("<", "&lt;")).append("</text>\n");
    }
}
