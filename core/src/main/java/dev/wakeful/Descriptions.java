// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Sources;
import dev.wakeful.internal.Words;
import org.jspecify.annotations.Nullable;

/// Small uses of [Description] within the contract.
final class Descriptions {
    private Descriptions() {}

    /// The one line that a future says of itself.
    static String label(Future<?> future) {
        var label = new Label();
        try {
            future.describe(label);
        } catch (Throwable broken) {
            label.label(Words.without(future, "describe", broken));
        }
        return label.text == null ? Sources.of(future) : label.text;
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
