// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// The context of one poll by hand: remembers whether the waker was asked for, and asks another context for the rest.
final class ProbeContext implements Context {
    private final Context offers;
    private final Waker waker;
    private final @Nullable TaskRef task;
    private boolean wakerAsked;

    ProbeContext(Context offers, Waker waker, @Nullable TaskRef task) {
        this.offers = offers;
        this.waker = waker;
        this.task = task;
    }

    boolean wakerAsked() {
        return wakerAsked;
    }

    @Override
    public Waker waker() {
        wakerAsked = true;
        return waker;
    }

    @Override
    public <V> @Nullable V find(Key<V> key) {
        return offers.find(key);
    }

    @Override
    public boolean hasBudget() {
        boolean left = offers.hasBudget();
        wakerAsked |= !left;
        return left;
    }

    @Override
    public void spendBudget() {
        offers.spendBudget();
    }

    @Override
    public @Nullable TaskRef task() {
        return task;
    }

    @Override
    public String toString() {
        return "a context of the test kit, made for a poll by hand";
    }
}
