// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The futures that one names as its own.
record Owned(Consumer<Object> found) implements Description {
    static void of(Object future, Consumer<Object> found) {
        ((Future<?>) future).describe(new Owned(found));
    }

    @Override
    public void child(Future<?> child) {
        found.accept(child);
    }

    @Override
    public void label(String label) {}

    @Override
    public void at(StackTraceElement site) {}

    @Override
    public void waitsFor(String resource, @Nullable TaskRef owner) {}
}
