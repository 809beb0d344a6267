// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Blocking work that has not met its context yet.
final class BlockingCall<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Callable<T> work;
    private @Nullable Future<T> call;

    BlockingCall(Callable<T> work) {
        this.work = work;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        Future<T> begun = call;
        if (begun == null) {
            begun = cx.get(Blocking.KEY).call(work);
            call = begun;
        }
        return begun.pollRaw(cx);
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        return call == null || call.pollCancel(cx).isReady();
    }

    @Override
    public void describe(Description to) {
        to.label("blocking work " + work.getClass().getName());
        if (call != null) {
            to.child(call);
        }
    }
}
