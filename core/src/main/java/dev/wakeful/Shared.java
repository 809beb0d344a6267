// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

final class Shared<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Future<T> source;

    Shared(Future<T> source) {
        this.source = source;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        return source.pollRaw(cx);
    }
}
