// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import java.util.ArrayList;
import java.util.List;

/// The tasks and wakers that have stepped aside until the ready tasks ran and the drivers were looked at. Used by one
/// thread.
final class Deferred {
    private RunQueue tasks = new RunQueue();
    private List<Waker> waiting = new ArrayList<>();
    private List<Waker> before = new ArrayList<>();

    void add(Waker waker) {
        waiting.add(waker);
    }

    void add(Task<?> task) {
        tasks.add(task);
    }

    /// The tasks that have stepped aside so far, in the place of a queue that is empty: as if each was resumed there,
    /// at once for all of them. The caller is the executor of all that step aside here.
    RunQueue exchange(RunQueue empty) {
        RunQueue full = tasks;
        tasks = empty;
        return full;
    }

    /// Lets all go on that have stepped aside so far; those that do so meanwhile wait for the next call.
    void wakeAll() {
        for (int left = tasks.size(); left > 0; left--) {
            Task<?> task = tasks.poll();
            if (task != null) {
                task.resume();
            }
        }
        if (!waiting.isEmpty()) {
            wakeWaiting();
        }
    }

    private void wakeWaiting() {
        List<Waker> woken = waiting;
        waiting = before;
        before = woken;
        for (Waker waker : woken) {
            Settings.wake(waker);
        }
        woken.clear();
    }
}
