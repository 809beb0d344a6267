// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A future that can be ended from outside, made by [Futures#abortable(Future)]: aborted, it is wound down, and then
/// throws [CancelledException].
///
/// ### Cancel safety
///
/// Inherited from the future inside.
///
/// @param <T> the type of the value
public final class Abortable<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Future<T> future;
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

    // The poll registers and then reads `reason`, abort() writes it and then wakes: WakerCell's argument.
    private final WakerCell owner = new WakerCell();

    private @Nullable WindingDown windingDown;

    Abortable(Future<T> future) {
        this.future = future;
    }

    /// Asks the future to end; returns at once. If it completes in the poll that is running, it keeps its outcome.
    /// Twice is once. Callable from any thread.
    ///
    /// @param why who asks and why
    public void abort(String why) {
        if (reason.compareAndSet(null, Objects.requireNonNull(why, "reason must not be null"))) {
            owner.wake();
        }
    }

    /// Whether somebody asked.
    ///
    /// @return `true` once [#abort(String)] was called
    public boolean isAborted() {
        return reason.get() != null;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        if (reason.get() == null) {
            Object value = future.pollRaw(cx);
            if (value != PENDING) {
                return value;
            }
        }
        String why = reason.get();
        if (why == null) {
            owner.register(cx.waker());
            why = reason.get();
        }
        if (why == null || !cancel(cx)) {
            return PENDING;
        }
        throw new CancelledException(Descriptions.label(future), why);
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        owner.take();
        return cancel(cx);
    }

    private boolean cancel(Context cx) throws Exception {
        WindingDown down = WindingDown.orNew(windingDown);
        windingDown = down;
        return down.cancel(future, cx);
    }

    @Override
    public void describe(Description to) {
        String why = reason.get();
        to.label(why == null ? "abortable" : "abortable[aborted: " + why + "]");
        to.child(future);
    }
}
