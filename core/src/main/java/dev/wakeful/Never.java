// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// A future that is never ready.
final class Never<T extends @Nullable Object> extends CheckedFuture<T> {
    Never() {
        super(Unneeded.CONSTANT);
    }

    @Override
    protected Object advance(Context cx) {
        cx.waker(); // asked for as the contract wants, and then kept by nobody: there is nothing to wait for
        return PENDING;
    }

    @Override
    public void describe(Description to) {
        to.label("Future.pending()");
        to.never();
    }
}
