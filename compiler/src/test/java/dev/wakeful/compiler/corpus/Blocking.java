// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import dev.wakeful.AsyncAction;
import dev.wakeful.AsyncBlock;
import dev.wakeful.AsyncConsumer;
import dev.wakeful.AsyncFunction;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// The words of `Async` for a thread that blocks: what the compiled programs are compared with.
public final class Blocking {
    private Blocking() {}

    public static <T extends @Nullable Object> Future<T> async(AsyncBlock<T> block) {
        return cx -> Poll.ready(block.run());
    }

    public static Future<@Nullable Void> async(AsyncAction block) {
        return cx -> {
            block.run();
            return Poll.ready(null);
        };
    }

    public static <A extends @Nullable Object, R extends @Nullable Object> Future<R> start(
            AsyncFunction<A, R> block, A argument) {
        return cx -> Poll.ready(block.apply(argument));
    }

    public static <A extends @Nullable Object> Future<@Nullable Void> start(AsyncConsumer<A> block, A argument) {
        return cx -> {
            block.accept(argument);
            return Poll.ready(null);
        };
    }

    @SuppressWarnings("unchecked") // what is not PENDING is a T
    public static <T extends @Nullable Object> T await(Future<T> future) throws Exception {
        Context cx = Context.of(Waker.noop());
        while (true) {
            Object value = future.pollRaw(cx);
            if (value != Future.PENDING) {
                return (T) value;
            }
        }
    }
}
