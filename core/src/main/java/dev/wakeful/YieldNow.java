// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// Pending once, so that others run in between.
final class YieldNow extends CheckedFuture<@Nullable Void> {
    private boolean yielded;

    @Override
    protected @Nullable Object advance(Context cx) {
        if (yielded) {
            return null;
        }
        yielded = true;
        cx.defer(cx.waker());
        return PENDING;
    }

    @Override
    public void describe(Description to) {
        to.label("yieldNow");
    }
}
