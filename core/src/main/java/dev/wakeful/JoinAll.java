// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// All values in the order of the arguments, or the first failure.
final class JoinAll extends Group<@Nullable Object[]> {
    private final @Nullable Object[] values;

    JoinAll(Future<?>... futures) {
        super(futures);
        values = new @Nullable Object[futures.length];
    }

    @Override
    void onReady(int index, @Nullable Object value) {
        values[index] = value;
    }

    @Override
    void onFailure(int index, Throwable thrown) {
        fail(thrown);
        settle();
    }

    @Override
    Object outcome() {
        return values;
    }

    @Override
    String label() {
        return "join";
    }
}
