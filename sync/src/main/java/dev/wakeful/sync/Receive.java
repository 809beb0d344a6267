// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// The future of the next value, and the node behind [Receiver#pollReceive].
final class Receive<T> extends Waiter<@Nullable T> {
    private final Receiver<T> receiver;

    Receive(Receiver<T> receiver) {
        this.receiver = receiver;
    }

    @Override
    @Nullable
    Object step(Context cx) throws Exception {
        if (!hasBudget(cx)) {
            return PENDING; // nothing is taken but by the poll that returns it, so there is no place to keep
        }
        Waker waker = cx.waker();
        if (phase == QUEUED && keeps(waker)) {
            return PENDING;
        }
        if (phase == IDLE) {
            receiver.takeBack(this);
        }
        Object value = receiver.channel.receive(this, waker, cx.task());
        if (value == PENDING) {
            receiver.channel.lostEnds.awaitedIn(cx);
            return PENDING;
        }
        cx.spendBudget();
        return value == null ? receiver.end() : value;
    }

    @Override
    void abandon() {
        receiver.channel.forget(this);
    }

    @Override
    public void describe(Description to) {
        to.label(Names.of("Receiver.receive", receiver.channel.name, ""));
        if (phase == QUEUED) {
            to.waitsFor("a value from " + Names.of("channel", receiver.channel.name), null);
        }
    }
}
