// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import org.jspecify.annotations.Nullable;

/// The future of the end of a channel's intake.
final class Closed extends Waiter<@Nullable Void> {
    private final Channel<?> channel;

    Closed(Channel<?> channel) {
        this.channel = channel;
    }

    @Override
    @Nullable
    Object step(Context cx) {
        if (phase == IDLE && !channel.isClosed() && !channel.awaitClosed(this, cx.waker(), cx.task())) {
            return PENDING;
        }
        if (phase == QUEUED && stillQueued(channel, cx)) {
            return PENDING;
        }
        return spend(cx) ? null : PENDING;
    }

    @Override
    void abandon() {
        channel.forgetClosed(this);
    }

    @Override
    public void describe(Description to) {
        to.label(Names.of("Sender.closed", channel.name, ""));
        if (phase == QUEUED) {
            to.waitsFor("the end of " + Names.of("channel", channel.name), null);
        }
    }
}
