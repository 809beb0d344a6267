// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Values;
import org.jspecify.annotations.Nullable;

/// A future and the one that follows from its value.
final class Then<T extends @Nullable Object, R extends @Nullable Object> extends CheckedFuture<R> {
    private final Mapping<? super T, ? extends Future<? extends R>> function;
    private Future<?> current;
    private boolean following;

    Then(Future<T> first, Mapping<? super T, ? extends Future<? extends R>> function) {
        this.current = first;
        this.function = function;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        Object value = current.pollRaw(cx);
        if (following || value == PENDING) {
            return value;
        }
        current = function.apply(Values.of(value));
        following = true;
        return current.pollRaw(cx);
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        return current.pollCancel(cx).isReady();
    }

    @Override
    public void describe(Description to) {
        to.label("then");
        to.child(current);
    }
}
