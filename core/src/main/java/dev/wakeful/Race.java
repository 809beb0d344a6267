// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Failures;
import org.jspecify.annotations.Nullable;

/// The first outcome of several, or the first value.
final class Race<T extends @Nullable Object> extends Group<T> {
    private final boolean valuesOnly;
    private int failed;
    private @Nullable Object value;
    private @Nullable Failures failures;

    Race(boolean valuesOnly, Future<?>[] futures) {
        super(futures);
        this.valuesOnly = valuesOnly;
        if (futures.length == 0) {
            throw new IllegalArgumentException("a race needs at least one future, but got none");
        }
    }

    @Override
    int firstIndex(Context cx) {
        return randomIndex(cx, size());
    }

    @Override
    void onReady(int index, @Nullable Object ready) {
        value = ready;
        settle();
    }

    @Override
    void onFailure(int index, Throwable thrown) {
        failed++;
        failures = Failures.plus(failures, thrown);
        if (!valuesOnly || failed == size()) {
            fail(failures.first());
            settle();
        }
    }

    @Override
    @Nullable
    Object outcome() {
        return value;
    }

    @Override
    String label() {
        return valuesOnly ? "first success" : "race";
    }
}
