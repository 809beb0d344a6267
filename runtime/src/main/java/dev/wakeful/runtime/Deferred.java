// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import java.util.ArrayList;
import java.util.List;

/// The tasks and wakers that have stepped aside until the ready tasks ran and the drivers were looked at. Used by one
/// thread.
final class Deferred {
    private List<Object> waiting = new ArrayList<>();
    private List<Object> before = new ArrayList<>();

    void add(Waker waker) {
        waiting.add(waker);
    }

    void add(Task<?> task) {
        waiting.add(task);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Lets all go on that have stepped aside so far; those that do so meanwhile wait for the next call.
    void wakeAll() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Object> woken = waiting;
        waiting = before;
        before = woken;
        for (Object one : woken) {
            if (one instanceof Task<?> task) {
                task.resume();
            } else {
                Settings.wake((Waker) one);
            }
        }
        woken.clear();
    }
}
