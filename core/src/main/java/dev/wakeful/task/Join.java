// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// One more await of a task, beside the handle itself.
final class Join<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Joinable<T> task;

    Join(Joinable<T> task) {
        this.task = task;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        return task.pollEnd(cx, this) ? task.result() : PENDING;
    }

    @Override
    protected boolean release(Context cx) {
        task.forgetJoiner(this);
        return true;
    }

    /// The waker of a join, which says whose it is.
    record Joiner(Future<?> who, Waker waker) implements Waker {
        @Override
        public void wake() {
            waker.wake();
        }
    }

    @Override
    public void describe(Description to) {
        task.describe(to);
    }
}
