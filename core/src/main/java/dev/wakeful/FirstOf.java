// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Throwing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first of several futures, which leaves the others as they are. All are polled each time, in their order.
final class FirstOf extends CheckedFuture<FirstOf.Found> {
    private final List<? extends Future<?>> futures;
    private final boolean[] ended;
    private @Nullable WindingDown windingDown;
    private @Nullable Throwable failure;

    /// Which one, and its value.
    static final class Found {
        final int index;
        final @Nullable Object value;

        Found(int index, @Nullable Object value) {
            this.index = index;
            this.value = value;
        }
    }

    FirstOf(List<? extends Future<?>> futures) {
        if (futures.isEmpty()) {
            throw new IllegalArgumentException("a selection needs at least one future, but got none");
        }
        this.futures = futures;
        this.ended = new boolean[futures.size()];
    }

    @Override
    protected @Nullable Object advance(Context cx) {
        for (int i = 0; i < ended.length && failure == null; i++) {
            try {
                Object value = futures.get(i).pollRaw(cx);
                if (value != PENDING) {
                    return new Found(i, value);
                }
            } catch (Throwable thrown) {
                failure = thrown;
                ended[i] = true;
            }
        }
        if (failure != null && release(cx)) {
            throw Throwing.sneak(failure);
        }
        return PENDING;
    }

    @Override
    protected boolean release(Context cx) {
        WindingDown down = WindingDown.orNew(windingDown);
        windingDown = down;
        boolean all = true;
        for (int i = 0; i < ended.length; i++) {
            if (!ended[i]) {
                ended[i] = cancel(futures.get(i), down.in(cx));
                all &= ended[i];
            }
        }
        if (all) {
            down.end();
        } else {
            down.pending(cx);
        }
        if (all && failure != null) {
            throw Throwing.sneak(failure);
        }
        return all;
    }

    private boolean cancel(Future<?> future, Context cx) {
        try {
            return future.pollCancel(cx).isReady();
        } catch (Throwable thrown) {
            failure = Throwing.add(failure, thrown);
            return true;
        }
    }

    @Override
    public void describe(Description to) {
        to.label("select[" + ended.length + "]");
        for (int i = 0; i < ended.length; i++) {
            if (!ended[i]) {
                to.child(futures.get(i));
            }
        }
    }
}
