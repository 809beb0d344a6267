// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.internal.Misuse;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Values;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/*
 * Why no joiner waits for ever. A joiner that registers and a task that completes meet as in WakerCell: the joiner writes
 * `joiner`, then reads `state`; completion writes `state`, then swaps `joiner` out.
 */

/// A task as those see it who await it.
abstract sealed class Joinable<T extends @Nullable Object> extends TaskCell<T> permits Task {
    private static final VarHandle JOINER;

    private static final byte JOIN_OPEN = 0;
    private static final byte JOIN_TAKEN = 1;
    private static final byte JOIN_GIVEN_UP = 2;

    static {
        try {
            JOINER = MethodHandles.lookup().findVarHandle(Joinable.class, "joiner", Waker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Waker joiner;

    // Owned by the one who awaits the handle.
    private byte joinPhase = JOIN_OPEN;

    Joinable(Object home, String name, Future<T> future, int traits) {
        super(home, name, future, traits);
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        Object value = pollRaw(cx);
        return value == PENDING ? Poll.pending() : Poll.ready(Values.of(value));
    }

    @Override
    public @Nullable Object pollRaw(Context cx) throws Exception {
        if (joinPhase != JOIN_OPEN) {
            throw Misuse.polledAfter(
                    joinPhase == JOIN_TAKEN ? "returned Ready" : "been cancelled",
                    this,
                    "use join() for one more await of the task");
        }
        if (pollEnd(cx, this)) {
            joinPhase = JOIN_TAKEN;
            return result();
        }
        return PENDING;
    }

    @Override
    public Poll<@Nullable Void> pollCancel(Context cx) {
        if (joinPhase == JOIN_OPEN) {
            joinPhase = JOIN_GIVEN_UP;
            forgetJoiner(this);
        }
        return Poll.ready(null);
    }

    @Override
    public Future<T> join() {
        return new Join<>(this);
    }

    /// Registers the waker of `cx` for the end of this task, unless it has ended.
    ///
    /// @param who the handle itself or one of its joins; one of them waits at a time
    boolean pollEnd(Context cx, Future<?> who) {
        if ((state & COMPLETE) == 0) {
            Waker waker = who == this ? cx.waker() : new Join.Joiner(who, cx.waker());
            Waker before;
            do {
                before = joiner;
                refuseSecondJoiner(before, who, cx);
            } while (!JOINER.compareAndSet(this, before, waker));
            if ((state & COMPLETE) == 0) {
                return false;
            }
            forgetJoiner(who);
        }
        if (!cx.hasBudget()) {
            return false;
        }
        cx.spendBudget();
        return true;
    }

    private void refuseSecondJoiner(@Nullable Waker before, Future<?> who, Context cx) {
        if (before == null) {
            return;
        }
        Waker waker = before instanceof Join.Joiner other ? other.waker() : before;
        TaskRef first = waker instanceof TaskWaker other ? other.task() : null;
        TaskRef second = cx.task();
        boolean twoTasks = first != null && second != null && first != second;
        if (waiting(before) == who && !twoTasks) {
            return;
        }
        if (first != null && second != null && twoTasks) {
            throw Misuse.secondOwner(first, second, this);
        }
        throw new IllegalStateException("two futures of one handle were polled at the same time: " + this
                + "; use shared() to let several tasks await it");
    }

    private Future<?> waiting(Waker waker) {
        return waker instanceof Join.Joiner other ? other.who() : this;
    }

    void forgetJoiner(Future<?> who) {
        Waker waker = joiner;
        if (waker != null && waiting(waker) == who) {
            JOINER.compareAndSet(this, waker, null);
        }
    }

    /// The outcome of a task that has ended: its value, or what it threw is thrown.
    @Nullable
    Object result() throws Exception {
        int ended = state;
        if ((ended & CANCELLED) != 0) {
            throw new CancelledException(toString(), reason());
        }
        if ((ended & FAILED) != 0 && body instanceof Throwable failure) {
            int before = (int) STATE.getAndBitwiseOr(this, AWAITED | TRACED);
            if ((before & TRACED) == 0) {
                JoinTrace.goOn(failure);
            }
            if ((before & AWAITED) == 0) {
                tellAwaited();
            }
            throw Throwing.sneak(failure);
        }
        return body;
    }

    /// Has `told` run when somebody is given the failure of this task, which has ended with one that nobody awaited; at
    /// once, when that has happened meanwhile. At least once: who asks writes `details` and reads `state`, who is given
    /// the failure writes `state` and reads `details`.
    ///
    /// @param told must not throw
    public void whenAwaited(Runnable told) {
        changeDetails(old -> old.withAwaited(told));
        if (wasAwaited()) {
            told.run();
        }
    }

    private void tellAwaited() {
        Runnable told = details().awaited();
        if (told != null) {
            told.run();
        }
    }

    /// Takes out who waits for the end, which `state` says already, to be woken.
    final @Nullable Waker takeJoiner() {
        Waker waiting = (Waker) JOINER.getAndSet(this, null);
        if (waiting != null) {
            STATE.getAndBitwiseOr(this, AWAITED);
        }
        return waiting;
    }
}
