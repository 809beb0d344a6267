// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// A future whose failure is answered with a value.
final class Recovered<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Future<T> source;
    private final Mapping<? super Throwable, ? extends T> function;

    Recovered(Future<T> source, Mapping<? super Throwable, ? extends T> function) {
        this.source = source;
        this.function = function;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        try {
            return source.pollRaw(cx);
        } catch (Throwable failure) {
            return function.apply(failure);
        }
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        return source.pollCancel(cx).isReady();
    }

    @Override
    public void describe(Description to) {
        to.label("recover");
        to.child(source);
    }
}
