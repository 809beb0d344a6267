// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Misuse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A scope that has not been opened yet: the first poll opens it with what the context offers.
final class ScopeFuture<T extends @Nullable Object> implements Future<T> {
    private final TaskScope.Policy policy;
    private final Function<TaskScope, Future<T>> body;
    private @Nullable Future<T> opened;
    private boolean givenUp;

    ScopeFuture(TaskScope.Policy policy, Function<TaskScope, Future<T>> body) {
        this.policy = policy;
        this.body = body;
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
            scope = cx.get(TaskScope.OPENER).open(policy, body, cx);
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
