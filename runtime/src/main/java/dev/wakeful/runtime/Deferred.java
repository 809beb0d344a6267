// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import java.util.ArrayList;
import java.util.List;

/// The wakers that have stepped aside until the ready tasks ran and the drivers were looked at. Used by one thread.
final class Deferred {
    private List<Waker> waiting = new ArrayList<>();
    private List<Waker> before = new ArrayList<>();

    void add(Waker waker) {
        waiting.add(waker);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Wakes all that have stepped aside so far; those that do so meanwhile wait for the next call.
    void wakeAll() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Waker> woken = waiting;
        waiting = before;
        before = woken;
        for (Waker waker : woken) {
            Settings.wake(waker);
        }
        woken.clear();
    }
}
