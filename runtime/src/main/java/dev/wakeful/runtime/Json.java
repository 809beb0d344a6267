// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

/// Writes JSON: commas and escapes, nothing else.
final class Json {
    private final StringBuilder text = new StringBuilder();

    Json open(char bracket) {
        text.append(bracket);
        return this;
    }

    Json close(char bracket) {
        text.append(bracket);
        return this;
    }

    /// Begins an element of an array.
    Json element() {
        comma();
        return this;
    }

    Json member(String name) {
        comma();
        string(name);
        text.append(':');
        return this;
    }

    private void comma() {
        char last = text.charAt(text.length() - 1);
        if (last != '{' && last != '[') {
            text.append(',');
        }
    }

    Json number(long value) {
        text.append(value);
        return this;
    }

    Json yes() {
        text.append("true");
        return this;
    }

    Json string(String value) {
        text.append('"');
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

    @Override
    public String toString() {
        return text.toString();
    }
}
