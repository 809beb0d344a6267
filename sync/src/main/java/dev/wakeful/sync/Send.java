// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// The future of a send: it holds the value until that is in the channel, or in a rendezvous, taken out of it.
final class Send<T> extends SlotWaiter<T, @Nullable Void> {
    private @Nullable T value;

    Send(Channel<T> channel, T value) {
        super(channel, 1);
        this.value = value;
    }

    @Override
    @Nullable
    Object step(Context cx) {
        return switch (phase) {
            case IDLE -> first(cx);
            case QUEUED -> stillQueued(channel, cx) ? PENDING : step(cx);
            case GRANTED -> channel.hasSlots() ? fulfil(cx) : spend(cx) ? null : PENDING;
            default -> throw channel.closed(takeValue());
        };
    }

    private @Nullable Object first(Context cx) {
        T sent = value;
        if (sent == null) {
            return null;
        }
        boolean budget = hasBudget(cx);
        Waker waker = cx.waker();
        return switch (channel.send(this, sent, budget, waker, cx.task())) {
            case DONE -> done(cx);
            case CLOSED -> throw channel.closed(takeValue());
            default -> PENDING;
        };
    }

    private @Nullable Object fulfil(Context cx) {
        if (!hasBudget(cx)) {
            return PENDING;
        }
        T sent = takeValue();
        assigned = 0;
        if (sent != null && !channel.fulfil(sent)) {
            throw channel.closed(sent);
        }
        return done(cx);
    }

    private @Nullable Object done(Context cx) {
        value = null;
        cx.spendBudget();
        return null;
    }

    /// Whether it sends `other`; a value that was taken out already may be any.
    @SuppressWarnings("ReferenceEquality") // the same object is meant
    boolean isOf(T other) {
        return value == null || value == other;
    }

    @Nullable
    T takeValue() {
        T taken = value;
        value = null;
        return taken;
    }

    @Override
    void abandon() {
        channel.forget(this);
        channel.drop(takeValue());
    }

    @Override
    public void describe(Description to) {
        to.label(Names.of("Sender.send", channel.name, ""));
        if (phase == QUEUED) {
            String what = channel.hasSlots() ? "room in " : "a receiver at ";
            to.waitsFor(what + Names.of("channel", channel.name), null);
        }
    }
}
