// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Words;
import org.jspecify.annotations.Nullable;

/// A future that is ready, or fails, at its first poll.
final class Settled<T extends @Nullable Object> extends CheckedFuture<T> {
    private final @Nullable T value;
    private final @Nullable Throwable failure;

    Settled(@Nullable T value, @Nullable Throwable failure) {
        super(Unneeded.CONSTANT);
        this.value = value;
        this.failure = failure;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        if (failure != null) {
            throw Throwing.sneak(failure);
        }
        return value;
    }

    @Override
    public void describe(Description to) {
        to.label(failure == null ? "ready[" + Words.of(value) + "]" : "failed[" + Words.of(failure) + "]");
    }
}
