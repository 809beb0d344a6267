// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes JSON: commas and escapes, nothing else.
final class Json {
    /// What a task takes, about.
    private static final int BYTES_OF_TASK = 200;

    private final StringBuilder text;

    /// Whether what comes next in the bracket that is open is not the first there.
    private boolean follows;

    /// Sites are few and come often.
    private final Map<StackTraceElement, String> sites = new HashMap<>();

    /// The texts of each length that came last and need no escapes: most are constants and come for each task. A power
    /// of two.
    private final @Nullable String[] plain = new String[128];

    /// @param tasks how many there will be
    Json(int tasks) {
        text = new StringBuilder(1024 + Math.min(tasks, 4_000_000) * BYTES_OF_TASK);
    }

    Json open(char bracket) {
        text.append(bracket);
        follows = false;
        return this;
    }

    Json close(char bracket) {
        text.append(bracket);
        follows = true;
        return this;
    }

    /// Begins an element of an array.
    Json element() {
        if (follows) {
            text.append(',');
        }
        return this;
    }

    /// Begins a member.
    ///
    /// @param name of characters that stand for themselves
    Json member(String name) {
        text.append(follows ? ",\"" : "\"").append(name).append("\":");
        follows = true;
        return this;
    }

    Json number(long value) {
        text.append(value);
        return this;
    }

    Json yes() {
        text.append("true");
        return this;
    }

    Json value(StackTraceElement site) {
        return string(sites.computeIfAbsent(site, StackTraceElement::toString));
    }

    Json string(String value) {
        text.append('"');
        if (isPlain(value)) {
            text.append(value).append('"');
            return this;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c)) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
        return this;
    }

    @SuppressWarnings("ReferenceEquality") // one that is equal but not the same only costs a look
    private boolean isPlain(String value) {
        int place = value.length() & (plain.length - 1);
        if (plain[place] == value) {
            return true;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                return false;
            }
        }
        plain[place] = value;
        return true;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
