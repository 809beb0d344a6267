// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.internal.Foreign;
import org.jspecify.annotations.Nullable;

/// A future that waits at a [Gate]: the leaf and the node of the queue in one object.
///
/// ```
///           enqueue           grant
///   IDLE ─────────────▶ QUEUED ─────▶ GRANTED ──▶ (taken by the poll that returns it)
///     │                   │  └──────▶ REFUSED      (the gate was closed)
///     │ had at once       │ abandon     refuse
///     ▼                   ▼
///   (taken)             IDLE
/// ```
///
/// @param <T> the type of the value
abstract class Waiter<T extends @Nullable Object> extends CheckedFuture<T> {
    /// Not in a list.
    static final int IDLE = 0;

    /// In a list. Set and left under the guard.
    static final int QUEUED = 1;

    /// Unlinked by the one who assigned to it what it waits for; that is taken by the next poll, or given back.
    static final int GRANTED = 2;

    /// Unlinked because there will never be anything to grant.
    static final int REFUSED = 3;

    /// Written under the guard, read by the owner without it.
    volatile int phase;

    /// Who waits, for descriptions.
    @Nullable
    TaskRef task;

    /// Links of the list, and when unlinked by a grant, of the chain of those to wake. Under the guard.
    @Nullable
    Waiter<?> previous;

    @Nullable
    Waiter<?> next;

    /// Written by the owner under the guard, taken by the one who grants.
    private @Nullable Waker waker;

    /// One poll: the value, or [#PENDING].
    abstract @Nullable Object step(Context cx) throws Exception;

    /// For the owner: whether it is in no list and nobody has granted it anything, which stays so until its next poll.
    final boolean isIdle() {
        return phase == IDLE;
    }

    /// Leaves the queue, or gives back what was assigned and not taken. Nothing when neither.
    abstract void abandon();

    @Override
    protected final @Nullable Object advance(Context cx) throws Exception {
        boolean returned = false;
        try {
            Object value = step(cx);
            returned = true;
            return value;
        } finally {
            if (!returned) {
                abandon(); // a stack overflow half-way, say: whoever is queued behind must not wait for a dead future
            }
        }
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        abandon();
        return true;
    }

    /// For a poll of a waiter that was queued: whether it still is. Then the waker of `cx` is kept.
    final boolean stillQueued(Gate gate, Context cx) {
        Waker latest = cx.waker();
        if (phase != QUEUED) {
            return false;
        }
        if (keeps(latest)) {
            return true;
        }
        TaskRef latestTask = cx.task();
        long word = gate.enter();
        boolean queued = phase == QUEUED;
        if (queued) {
            waker = latest;
            task = latestTask;
        }
        gate.leave(word);
        return queued;
    }

    /// For a waiter that was seen queued: whether the waker it keeps wakes the same task as `latest`.
    final boolean keeps(Waker latest) {
        Waker kept = waker;
        return kept != null && kept.willWake(latest);
    }

    /// Under the guard: it is linked, with the waker of the latest poll.
    final void queued(@Nullable Waker waker, @Nullable TaskRef task) {
        this.waker = waker;
        this.task = task;
        phase = QUEUED;
    }

    /// Under the guard, after it was unlinked: sets the phase.
    ///
    /// @return whom to wake once the guard is left
    final @Nullable Waker settled(int phase) {
        Waker woken = waker;
        waker = null;
        this.phase = phase;
        return woken;
    }

    /// Under the guard, after it was unlinked: sets the phase, and leaves the waker for [#wakeAll].
    final void settledInChain(int phase) {
        this.phase = phase;
    }

    /// After the guard was left: wakes a waker, unless there is none.
    static void wake(@Nullable Waker waker) {
        if (waker == null) {
            return;
        }
        try {
            waker.wake();
        } catch (Throwable thrown) { // a foreign waker broke its contract; the state here is consistent
            Foreign.threw(thrown);
        }
    }

    /// After the guard was left: wakes those of a [WaiterList.Chain], in order. Their owners do not touch what is read
    /// here any more, since they are not queued again.
    static void wakeAll(@Nullable Waiter<?> first) {
        Waiter<?> waiter = first;
        while (waiter != null) {
            Waiter<?> following = waiter.next;
            Waker woken = waiter.waker;
            waiter.next = null;
            waiter.waker = null;
            wake(woken);
            waiter = following;
        }
    }

    /// Whether an operation may complete in this poll. If not, the task was woken, to go on after others have run.
    static boolean hasBudget(Context cx) {
        if (cx.hasBudget()) {
            return true;
        }
        cx.waker().wake(); // a context in between may have a waker of its own, and only the task's was woken
        return false;
    }

    /// Takes a unit of the budget for an operation that completes.
    ///
    /// @return `false` when there is none left; then the task was woken, to go on after others have run
    static boolean spend(Context cx) {
        boolean left = hasBudget(cx);
        if (left) {
            cx.spendBudget();
        }
        return left;
    }
}
