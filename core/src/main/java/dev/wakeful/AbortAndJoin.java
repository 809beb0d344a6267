// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// Aborts a task and waits for its end.
final class AbortAndJoin extends CheckedFuture<@Nullable Void> {
    private final JoinHandle<?> task;
    private final String reason;
    private @Nullable Future<?> end;

    AbortAndJoin(JoinHandle<?> task, String reason) {
        this.task = task;
        this.reason = reason;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        Future<?> waiting = end;
        if (waiting == null) {
            task.abort(reason);
            waiting = task.join();
            end = waiting;
        }
        try {
            return waiting.pollRaw(cx) == PENDING ? PENDING : null;
        } catch (CancelledException outcome) {
            return null; // as it was asked to
        }
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        return end == null || end.pollCancel(cx).isReady();
    }

    @Override
    public void describe(Description to) {
        to.label("abort and join");
        to.child(task);
    }
}
