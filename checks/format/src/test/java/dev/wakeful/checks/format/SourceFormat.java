// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks.format;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a Java file of the project looks: a licence line first, then what palantir-java-format makes of it.
///
/// The formatter breaks long `///` lines without a new `///`, so it never gets to see their text: they are filled here.
/// It does not know compact source files yet; those are only checked for white space and long comments.
final class SourceFormat {
    static final String LICENCE = "// SPDX-License-Identifier: Apache-2.0\n";

    private static final int WIDTH = 120;
    private static final Pattern COMPACT = Pattern.compile("^(public )?(static )?void main\\(", Pattern.MULTILINE);
    private static final String STANDS_FOR = " comment-of-this-number-";
    private static final Pattern COMMENT = Pattern.compile("(?<=^ {0,200})///(.*)$", Pattern.MULTILINE);
    private static final Pattern HIDDEN = Pattern.compile("///" + STANDS_FOR + "(\\d+)");
    private static final Pattern DOC = Pattern.compile("( *)/// ( *)(\\S.*)");
    private static final Pattern STARTS_A_BLOCK = Pattern.compile("([-*>|#@`{<]|\\d+\\.).*");

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(Style.PALANTIR)
            .formatJavadoc(false)
            .build());

    String apply(String source) throws FormatterException {
        String licensed = source.startsWith(LICENCE) ? source : LICENCE + source;
        String filled = fillComments(licensed);
        return COMPACT.matcher(filled).find() ? filled.replaceAll("[ \t]+\n", "\n") : formatAroundComments(filled);
    }

    private String formatAroundComments(String source) throws FormatterException {
        List<String> comments = new ArrayList<>();
        String hidden = COMMENT.matcher(source).replaceAll(found -> {
            comments.add(found.group(1).stripTrailing());
            return "///" + STANDS_FOR + comments.size();
        });
        String formatted = formatter.formatSourceAndFixImports(hidden);
        return HIDDEN.matcher(formatted)
                .replaceAll(
                        found -> Matcher.quoteReplacement("///" + comments.get(Integer.parseInt(found.group(1)) - 1)));
    }

    private static String fillComments(String source) {
        List<String> lines = new ArrayList<>(source.lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            var doc = DOC.matcher(lines.get(i));
            int cut = lines.get(i).lastIndexOf(' ', WIDTH);
            if (lines.get(i).length() <= WIDTH
                    || !doc.matches()
                    || cut < doc.start(3)
                    || doc.group(3).startsWith("|")) {
                continue;
            }
            String rest = lines.get(i).substring(cut + 1);
            lines.set(i, lines.get(i).substring(0, cut));
            String indent =
                    doc.group(1) + "/// " + doc.group(2) + (startsABlock(doc.group(3)) ? hanging(doc.group(3)) : "");
            var next = i + 1 < lines.size() ? DOC.matcher(lines.get(i + 1)) : null;
            if (next != null && next.matches() && !startsABlock(next.group(3))) {
                lines.set(i + 1, lines.get(i + 1).substring(0, next.start(3)) + rest + " " + next.group(3));
            } else {
                lines.add(i + 1, indent + rest);
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static boolean startsABlock(String text) {
        return STARTS_A_BLOCK.matcher(text).matches() && !text.startsWith("{@link") && !text.matches("`[^`].*");
    }

    private static String hanging(String text) {
        return text.startsWith("@") ? "    " : text.startsWith("-") || text.startsWith("*") ? "  " : "";
    }
}
