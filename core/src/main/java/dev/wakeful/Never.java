// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Misuse;
import org.jspecify.annotations.Nullable;

/// A future that is never ready. It keeps the rules as a [CheckedFuture] does, with one field in the place of three: it
/// is what most tasks wait for that only wait to be cancelled, and so there may be millions.
final class Never<T extends @Nullable Object> implements Future<T> {
    /// Was polled by hand, where there is no task.
    private static final Object NOBODY = new Object();

    private static final Object CANCELLED = new Object();

    /// Who polls it: `null` before the first poll, then a [TaskRef] or `NOBODY`, and `CANCELLED` in the end.
    private @Nullable Object owner;

    @Override
    public Poll<T> poll(Context cx) {
        pollRaw(cx);
        return Poll.pending();
    }

    @Override
    public Object pollRaw(Context cx) {
        TaskRef poller = cx.task();
        if (owner == null) {
            watch(poller, cx);
        } else if (owner != poller) {
            checkOwner(poller, cx);
        }
        owner = poller == null ? NOBODY : poller;
        cx.waker(); // asked for as the contract wants, and then kept by nobody: there is nothing to wait for
        return PENDING;
    }

    private void watch(@Nullable TaskRef poller, Context cx) {
        if (poller != null && Begun.watches(poller.id())) {
            CheckedFuture.watch(this, cx);
        }
    }

    private void checkOwner(@Nullable TaskRef poller, Context cx) {
        if (owner == CANCELLED) {
            throw Misuse.polledAfter("been cancelled", this);
        }
        if (owner instanceof TaskRef first && poller != null && cx.find(Context.HANDED_OVER) == null) {
            throw Misuse.secondOwner(first, poller, this);
        }
    }

    @Override
    public Poll<@Nullable Void> pollCancel(Context cx) {
        if (owner instanceof TaskRef task && Begun.watches(task.id())) {
            Begun.remove(this);
        }
        owner = CANCELLED;
        return Poll.ready(null);
    }

    @Override
    public void describe(Description to) {
        to.label("Future.pending()");
        to.never();
    }

    @Override
    public String toString() {
        return Descriptions.label(this);
    }
}
