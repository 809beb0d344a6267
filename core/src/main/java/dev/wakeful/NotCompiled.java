// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The future of a block that the compiler has not seen.
final class NotCompiled<T extends @Nullable Object> implements Future<T> {
    private final Object block;
    private final Callable<T> body;

    NotCompiled(Object block, Callable<T> body) {
        this.block = block;
        this.body = body;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        throw new IllegalStateException(message(block.getClass().getName()));
    }

    static <T extends @Nullable Object> T await(Future<T> future) {
        throw new IllegalStateException(message("around await(" + future + ")"));
    }

    private static String message(String block) {
        return "the async block " + block
                + " was not compiled; add the annotation processor dev.wakeful:wakeful-compiler"
                + " to the compiler's processor path";
    }

    @Override
    public void describe(Description to) {
        to.label("uncompiled block " + block.getClass().getName());
    }
}
