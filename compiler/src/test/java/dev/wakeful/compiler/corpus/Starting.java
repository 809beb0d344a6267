// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import dev.wakeful.AsyncConsumer;
import dev.wakeful.AsyncFunction;
import dev.wakeful.Future;
import org.jspecify.annotations.Nullable;

/// What [Blocking] has beside the words of `Async`.
public final class Starting {
    private Starting() {}

    public static <A extends @Nullable Object, R extends @Nullable Object> Future<R> start(
            AsyncFunction<A, R> block, A argument) {
        return block.start(argument);
    }

    public static <A extends @Nullable Object> Future<@Nullable Void> start(AsyncConsumer<A> block, A argument) {
        return block.start(argument);
    }
}
