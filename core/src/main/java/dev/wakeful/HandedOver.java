// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// A future on its way to another task. The mark stays on for all its polls, since what lies deeper may be polled again
/// only much later.
final class HandedOver<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Future<T> future;

    HandedOver(Future<T> future) {
        this.future = future;
    }

    private static Context marked(Context cx) {
        return cx.with(Context.HANDED_OVER, Boolean.TRUE);
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        return future.pollRaw(marked(cx));
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        return future.pollCancel(marked(cx)).isReady();
    }

    @Override
    public void describe(Description to) {
        future.describe(to);
    }
}
