// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import org.jspecify.annotations.Nullable;

/// Who waits in a channel's queue of senders: for one slot to put a value in, or for some to keep.
abstract class SlotWaiter<T, R extends @Nullable Object> extends Waiter<R> {
    final Channel<T> channel;
    final int wanted;

    /// Slots that are reserved for this waiter. Under the guard until it is granted, then the owner's.
    int assigned;

    SlotWaiter(Channel<T> channel, int wanted) {
        this.channel = channel;
        this.wanted = wanted;
    }

    final int takeAssigned() {
        int taken = assigned;
        assigned = 0;
        return taken;
    }
}
