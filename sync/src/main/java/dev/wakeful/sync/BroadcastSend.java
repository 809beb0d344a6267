// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// The future of a send to all.
final class BroadcastSend<T> extends Waiter<@Nullable Void> {
    private final Broadcast.Ring<T> ring;
    private final T value;

    BroadcastSend(Broadcast.Ring<T> ring, T value) {
        this.ring = ring;
        this.value = value;
    }

    @Override
    @Nullable
    Object step(Context cx) {
        if (phase == QUEUED && stillQueued(ring, cx)) {
            return PENDING;
        }
        boolean budget = hasBudget(cx);
        switch (phase) {
            case IDLE -> {
                Waker waker = cx.waker();
                Channel.Outcome outcome = ring.send(this, value, budget, waker, cx.task());
                if (outcome == Channel.Outcome.CLOSED) {
                    throw ring.closed(value);
                }
                if (outcome == Channel.Outcome.WAITS) {
                    ring.lostEnds.awaitedIn(cx);
                    return PENDING;
                }
            }
            case GRANTED -> {
                if (!budget) {
                    return PENDING;
                }
                phase = IDLE; // the slot is used or given back by fulfil
                if (!ring.fulfil(value)) {
                    throw ring.closed(value);
                }
            }
            default -> throw ring.closed(value);
        }
        cx.spendBudget();
        return null;
    }

    @Override
    void abandon() {
        ring.forget(this);
    }

    @Override
    public void describe(Description to) {
        to.label("BroadcastSender.send");
        if (phase == QUEUED) {
            to.waitsFor("the slowest receiver of a broadcast", null);
        }
    }
}
