// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// Small uses of [Description] within the contract.
final class Descriptions {
    private Descriptions() {}

    /// The name of a class as a programmer would say it: without its package, and for a lambda the class it stands in.
    static String typeName(Object object) {
        Class<?> type = object.getClass();
        String name = type.getName();
        name = name.substring(name.lastIndexOf('.', name.indexOf('/') < 0 ? name.length() : name.indexOf('/')) + 1);
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name.replace('$', '.') : "lambda in " + name.substring(0, lambda).replace('$', '.');
    }

    /// The one line that a future says of itself.
    static String label(Future<?> future) {
        var label = new Label();
        future.describe(label);
        return label.text == null ? typeName(future) : label.text;
    }

    private static final class Label implements Description {
        private @Nullable String text;

        @Override
        public void label(String label) {
            text = label;
        }

        @Override
        public void at(StackTraceElement site) {}

        @Override
        public void child(Future<?> child) {}

        @Override
        public void waitsFor(String resource, @Nullable TaskRef owner) {}
    }
}
