// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Misuse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A scope that has not been opened yet: the first poll opens it with what the context offers.
final class ScopeFuture<T extends @Nullable Object> implements Future<T> {
    private final Opening<T> opening;
    private @Nullable Future<T> opened;
    private boolean givenUp;

    /// How the scope is opened.
    interface Opening<T extends @Nullable Object> {
        Future<T> open(TaskScope.Opener opener, Context cx);
    }

    ScopeFuture(Opening<T> opening) {
        this.opening = opening;
    }

    static <T extends @Nullable Object> Future<T> of(ScopeOptions options, Function<TaskScope, Future<T>> body) {
        return new ScopeFuture<>((opener, cx) -> opener.open(options, body, cx));
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        return opened(cx).poll(cx);
    }

    @Override
    public @Nullable Object pollRaw(Context cx) throws Exception {
        return opened(cx).pollRaw(cx);
    }

    private Future<T> opened(Context cx) {
        if (givenUp) {
            throw Misuse.polledAfter("been cancelled", this);
        }
        Future<T> scope = opened;
        if (scope == null) {
            scope = opening.open(cx.get(TaskScope.OPENER), cx);
            opened = scope;
        }
        return scope;
    }

    @Override
    public Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
        givenUp = true;
        Future<T> scope = opened;
        return scope == null ? Poll.ready(null) : scope.pollCancel(cx);
    }

    @Override
    public void describe(Description to) {
        Future<T> scope = opened;
        if (scope == null) {
            to.label("TaskScope[new]");
        } else {
            scope.describe(to);
        }
    }

    @Override
    public String toString() {
        return Descriptions.label(this);
    }
}
