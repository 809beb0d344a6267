// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// A send in a rendezvous channel that nobody but its own poll commits: invited when a receiver waits, it hands its
/// value to that one.
final class Offer<T> extends Waiter<@Nullable Void> {
    private final RendezvousChannel<T> channel;
    private @Nullable T value;

    Offer(RendezvousChannel<T> channel, T value) {
        this.channel = channel;
        this.value = value;
    }

    @Override
    @Nullable
    Object step(Context cx) {
        if (!hasBudget(cx)) {
            return PENDING;
        }
        Waker waker = cx.waker();
        T offered = value;
        if ((phase == QUEUED && keeps(waker)) || offered == null) {
            return PENDING;
        }
        if (phase == REFUSED) {
            throw channel.closed(takeValue());
        }
        return switch (channel.offer(this, offered, waker, cx.task())) {
            case DONE -> {
                value = null;
                cx.spendBudget();
                yield null;
            }
            case CLOSED -> throw channel.closed(takeValue());
            default -> PENDING;
        };
    }

    private @Nullable T takeValue() {
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
        to.label(Names.of("Sender.offer", channel.name, ""));
        if (phase == QUEUED) {
            to.waitsFor("a receiver at " + Names.of("channel", channel.name), null);
        }
    }
}
