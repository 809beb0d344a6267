// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Waits for one value and takes the others that are there.
final class ReceiveMany<T> extends CheckedFuture<Integer> {
    private final Receiver<T> receiver;
    private final Collection<? super T> into;
    private final int limit;
    private final Receive<T> first;

    ReceiveMany(Receiver<T> receiver, Collection<? super T> into, int limit) {
        this.receiver = receiver;
        this.into = into;
        this.limit = limit;
        this.first = new Receive<>(receiver);
    }

    @Override
    @SuppressWarnings("unchecked") // what a channel of T gives is a T
    protected @Nullable Object advance(Context cx) throws Exception {
        Object value = first.pollRaw(cx);
        if (value == PENDING || value == null) {
            return value == null ? 0 : PENDING;
        }
        int count = 0;
        while (value != null && value != Future.PENDING) {
            add((T) value);
            count++;
            value = count < limit ? receiver.channel.tryReceive() : null;
        }
        return count;
    }

    private void add(T value) {
        boolean added = false;
        try {
            into.add(value);
            added = true;
        } finally {
            if (!added) {
                receiver.channel.drop(value);
            }
        }
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        return first.pollCancel(cx).isReady();
    }

    @Override
    public void describe(Description to) {
        to.label(Names.of("Receiver.receiveMany", receiver.channel.name, ""));
        to.child(first);
    }
}
