// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// A region that a cancel waits for: winding it down goes on polling it until it completes.
final class Shield<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Future<T> region;
    private volatile boolean awaitedByCancel;

    Shield(Future<T> region) {
        this.region = region;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        return region.pollRaw(cx);
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        awaitedByCancel = true;
        Object value = region.pollRaw(cx);
        if (value == PENDING) {
            return false;
        }
        if (value instanceof AutoCloseable resource) {
            resource.close(); // nobody gets it any more
        }
        return true;
    }

    @Override
    public void describe(Description to) {
        to.label(awaitedByCancel ? "shield, which a cancel waits for" : "shield");
        to.child(region);
    }
}
