// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Grace;
import org.jspecify.annotations.Nullable;

/// The body of a scope, which the polls of the scope poll in place and wind down when the scope is cancelled. Touched
/// by the polls of the owner only.
final class ScopeBody {
    private final Scope<?> scope;
    private final Task<?> owner;
    private final Future<?> future;
    private boolean ended;
    private boolean gaveValue;
    private @Nullable Object value;
    private @Nullable CancelledException outcome;
    private @Nullable Context nested;
    private @Nullable GracePeriod grace;

    ScopeBody(Scope<?> scope, Task<?> owner, Future<?> future) {
        this.scope = scope;
        this.owner = owner;
        this.future = future;
    }

    boolean hasEnded() {
        return ended;
    }

    /// Whether it has ended with a value.
    boolean gaveValue() {
        return gaveValue;
    }

    @Nullable
    Object value() {
        return value;
    }

    /// How it ended, when it awaited a task that was cancelled.
    @Nullable
    CancelledException outcome() {
        return outcome;
    }

    /// Polls it, unless it has ended. What it throws is the scope's.
    void poll(Context cx) {
        if (ended) {
            return;
        }
        forgetAsked(cx);
        try {
            Object polled = future.pollRaw(inside(cx));
            if (polled != Future.PENDING) {
                ended = true;
                gaveValue = true;
                value = polled;
            }
        } catch (CancelledException thrown) { // it awaited a task that was cancelled: no failure, but its end
            ended = true;
            outcome = thrown;
            scope.cancel("the body ended as cancelled: " + thrown.reason());
        } catch (Throwable thrown) {
            ended = true;
            scope.fail("the body", thrown);
        }
    }

    /// Goes on winding it down, unless it has ended.
    void windDown(Context cx) {
        if (ended) {
            return;
        }
        GracePeriod period = grace == null ? GracePeriod.ofBody(scope, owner) : grace;
        grace = period;
        period.within(cx.find(Grace.KEY));
        forgetAsked(cx);
        try {
            ended = future.pollCancel(inside(cx).with(Grace.KEY, period)).isReady();
        } catch (Throwable thrown) {
            ended = true;
            scope.fail("the body", thrown);
        }
        if (ended) {
            period.end();
        } else {
            limitCleanUp(cx, period);
        }
    }

    /// The end of the period wakes the owner, and does not count as what the body waits for.
    private void limitCleanUp(Context cx, GracePeriod period) {
        if (cx == owner) {
            owner.armWithoutAsking(period);
        } else {
            period.arm(cx.waker());
        }
    }

    /// The scope has asked for the waker itself; only what the body asks for says whether the body can ever go on.
    /// Under another context, of a join or of those who share a future, that is the business of whoever made it.
    private void forgetAsked(Context cx) {
        if (cx == owner) {
            owner.forgetAsked();
        }
    }

    /// The context that it is polled with.
    private Context inside(Context cx) {
        if (!scope.offersOfItsOwn()) {
            return cx;
        }
        if (cx != owner) { // good for one poll only
            return scope.nest(cx);
        }
        Context made = nested;
        if (made == null) {
            made = scope.nest(cx);
            nested = made;
        }
        return made;
    }

    void describe(Description to) {
        if (!ended) {
            to.child(future);
        }
    }
}
