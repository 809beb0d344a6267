// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Failures;
import dev.wakeful.internal.Throwing;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Several futures polled as one: the part that all joins and races share.
///
/// Children run until the subclass calls [#settle()]; those that have not completed are then wound down together, and
/// only when all have ended is the outcome given. A failure of that clean-up is suppressed on the failure that settled
/// the group, or fails it.
abstract class Group<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Brood brood = new Brood();
    private final Brood.Child[] children;
    private int running;
    private boolean begun;
    private boolean settled;
    private boolean givingUp;
    private @Nullable WindingDown windingDown;
    private @Nullable Failures failures;

    Group(Future<?>[] futures) {
        children = new Brood.Child[futures.length];
        for (int i = 0; i < futures.length; i++) {
            children[i] = brood.add(Objects.requireNonNull(futures[i], "future must not be null"), i);
        }
        running = futures.length;
    }

    /// A child is ready.
    abstract void onReady(int index, @Nullable Object value);

    /// A child has failed.
    abstract void onFailure(int index, Throwable thrown);

    /// The value of a group that has not [failed][#fail].
    abstract @Nullable Object outcome();

    /// What the group is called in dumps.
    abstract String label();

    /// The rest is not needed: it is wound down, then the outcome is given.
    final void settle() {
        settled = true;
    }

    /// The group fails with `thrown`, or with what failed it before.
    final void fail(Throwable thrown) {
        failures = Failures.plus(failures, thrown);
    }

    final int size() {
        return children.length;
    }

    /// Which child is polled first; the others follow in a circle.
    int firstIndex(Context cx) {
        return 0;
    }

    static int randomIndex(Context cx, int bound) {
        RandomGenerator random = bound < 2 ? null : cx.find(Context.RANDOM);
        return random == null ? 0 : random.nextInt(bound);
    }

    @Override
    protected final @Nullable Object advance(Context cx) throws Exception {
        if (!begun) {
            begun = true;
            visitAll(firstIndex(cx), cx, this::pollChild);
        } else if (!settled) {
            brood.visitWoken(cx, this::pollChild);
        }
        if (running > 0 && (!settled || !windDown(cx))) {
            brood.register(cx);
            return PENDING;
        }
        if (failures != null) {
            throw Throwing.sneak(failures.first());
        }
        return outcome();
    }

    @Override
    protected final boolean release(Context cx) {
        settled = true;
        if (running > 0 && !windDown(cx)) {
            brood.register(cx);
            return false;
        }
        if (failures != null) {
            throw Throwing.sneak(failures.first());
        }
        return true;
    }

    private boolean windDown(Context cx) {
        WindingDown down = WindingDown.orNew(windingDown);
        windingDown = down;
        if (givingUp && !down.isJustOver(cx)) {
            brood.visitWoken(down.in(cx), this::cancelChild);
        } else {
            givingUp = true;
            visitAll(0, down.in(cx), this::cancelChild);
        }
        if (running == 0) {
            down.end();
            return true;
        }
        down.pending(cx);
        return false;
    }

    private void visitAll(int first, Context cx, Brood.Visit visit) {
        var asking = new Contexts.Asking(cx);
        for (int i = 0; i < children.length && !(settled && !givingUp); i++) {
            brood.visit(children[(first + i) % children.length], asking, visit);
        }
    }

    private boolean pollChild(Brood.Child child, Context cx) {
        if (settled) {
            return false; // wound down in this same poll
        }
        try {
            Object value = child.future.pollRaw(cx);
            if (value == PENDING) {
                return false;
            }
            running--;
            onReady(child.index, value);
        } catch (Throwable thrown) {
            running--;
            onFailure(child.index, thrown);
        }
        return true;
    }

    private boolean cancelChild(Brood.Child child, Context cx) {
        try {
            if (!child.future.pollCancel(cx).isReady()) {
                return false;
            }
        } catch (Throwable thrown) {
            fail(thrown);
        }
        running--;
        return true;
    }

    @Override
    public final void describe(Description to) {
        to.label(label() + "[" + running + " of " + children.length + (settled ? " wind down]" : " run]"));
        for (Brood.Child child : children) {
            if (!child.isDone()) {
                to.child(child.future);
            }
        }
    }
}
