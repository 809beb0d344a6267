// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Values;
import org.jspecify.annotations.Nullable;

/// A future with a function applied to its value.
final class Mapped<T extends @Nullable Object, R extends @Nullable Object> extends CheckedFuture<R> {
    private final Future<T> source;
    private final Mapping<? super T, ? extends R> function;

    Mapped(Future<T> source, Mapping<? super T, ? extends R> function) {
        this.source = source;
        this.function = function;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        Object value = source.pollRaw(cx);
        return value == PENDING ? PENDING : function.apply(Values.of(value));
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        return source.pollCancel(cx).isReady();
    }

    @Override
    public void describe(Description to) {
        to.label("map");
        to.child(source);
    }
}
