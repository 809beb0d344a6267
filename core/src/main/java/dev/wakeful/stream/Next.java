// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stream;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Poll;
import org.jspecify.annotations.Nullable;

/// The next value of a stream. It holds nothing: what is there and was not taken stays in the stream.
final class Next<T> extends CheckedFuture<@Nullable T> {
    private final AsyncStream<T> stream;

    Next(AsyncStream<T> stream) {
        this.stream = stream;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        return switch (stream.pollNext(cx)) {
            case Poll.Ready(var value) -> value;
            case Poll.Pending<?> _ -> PENDING;
        };
    }

    @Override
    protected boolean release(Context cx) {
        stream.forgetNext();
        return true;
    }

    @Override
    public void describe(Description to) {
        to.label("next");
        to.waitsFor("a value of " + stream, null);
    }
}
