// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// The answer of one poll of a future that somebody else owns.
final class PollOnce<T extends @Nullable Object> extends CheckedFuture<Poll<T>> {
    private final Future<T> future;

    PollOnce(Future<T> future) {
        this.future = future;
    }

    @Override
    protected Object advance(Context cx) throws Exception {
        return future.poll(cx);
    }

    @Override
    public void describe(Description to) {
        to.label("poll once");
        to.child(future);
    }
}
