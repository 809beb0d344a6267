// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.internal.Begun;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The future of slots, and the permit that it gives.
final class Reserve<T> extends SlotWaiter<T, SendPermit<T>> implements SendPermit<T> {
    private Begun.@Nullable Watch watch;

    Reserve(Channel<T> channel, int wanted) {
        super(channel, wanted);
    }

    @Override
    @Nullable
    Object step(Context cx) {
        if (phase == IDLE && assigned == 0) {
            switch (channel.reserve(this, cx.waker(), cx.task())) {
                case DONE -> {}
                case CLOSED -> throw channel.closed(null);
                default -> {
                    return PENDING;
                }
            }
        } else if (phase == QUEUED && stillQueued(channel, cx)) {
            return PENDING;
        }
        if (phase == REFUSED) {
            throw channel.closed(null);
        }
        if (!spend(cx)) {
            return PENDING; // the slots stay reserved: the order is that of polls
        }
        watch = Unclosed.held(this, cx, "permit of channel", channel.name, "its slots are lost and there is no end");
        return this;
    }

    @Override
    void abandon() {
        channel.forget(this);
    }

    @Override
    public void send(T value) {
        Objects.requireNonNull(value, "value must not be null");
        if (assigned == 0) {
            throw new IllegalStateException("no slot is left of this permit: " + this);
        }
        if (--assigned == 0) {
            Unclosed.closed(watch);
        }
        if (!channel.fulfil(value)) {
            throw channel.closed(value);
        }
    }

    @Override
    public int slots() {
        return assigned;
    }

    @Override
    public void close() {
        Unclosed.closed(watch);
        channel.unreserve(takeAssigned());
    }

    @Override
    public void describe(Description to) {
        to.label("Sender.reserve[" + Names.of("channel", channel.name) + ", " + assigned + " of " + wanted + "]");
        if (phase == QUEUED) {
            to.waitsFor("room in " + Names.of("channel", channel.name), null);
        }
    }
}
