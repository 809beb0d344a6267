// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What objects of a program say of themselves, for a program whose `toString` throws: the words are never worth the
/// end of what asked for them.
public final class Words {
    private Words() {}

    /// The text of an object, or its class and that it has none.
    ///
    /// @param what the object
    /// @return the text
    public static String of(@Nullable Object what) {
        try {
            return String.valueOf(what);
        } catch (Throwable broken) {
            return without(what, "toString", broken);
        }
    }

    /// A text that stands in a line of a dump or an error: a name may come from outside, and must not look like lines
    /// that nobody wrote or tell a terminal what to do.
    ///
    /// @param text the text
    /// @return the same with control characters as they are written in Java
    public static String inLine(String text) {
        int at = 0;
        while (at < text.length() && !isControl(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        var line = new StringBuilder(text.length() + 16).append(text, 0, at);
        for (; at < text.length(); at++) {
            append(line, text.charAt(at));
        }
        return line.toString();
    }

    private static boolean isControl(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    private static void append(StringBuilder line, char c) {
        switch (c) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isControl(c)) {
                    line.append("\\u").append(HexFormat.of().toHexDigits(c));
                } else {
                    line.append(c);
                }
            }
        }
    }

    /// The text of an object of which `method` threw.
    ///
    /// @param what the object
    /// @param method the method that would have said more
    /// @param broken what it threw
    /// @return the text
    public static String without(@Nullable Object what, String method, Throwable broken) {
        String type = what == null ? "null" : what.getClass().getName();
        return type + ", whose " + method + " threw " + broken.getClass().getName();
    }
}
