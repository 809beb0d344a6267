// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// How a worker takes tasks from the others: half of a queue, and what is in the slot of one that does not come to it.
/// Used by the thread of the worker.
final class Stealing {
    private final MultiThread engine;
    private final Worker thief;
    private final SplittableRandom random;

    /// What each worker was at when this one began to search.
    private final long[] pollsAtFirst;

    private volatile long steals;

    Stealing(MultiThread engine, Worker thief, SplittableRandom random) {
        this.engine = engine;
        this.thief = thief;
        this.random = random;
        this.pollsAtFirst = new long[engine.workers()];
    }

    /// How often something was taken. Called by any thread.
    long steals() {
        return steals;
    }

    /// A search begins.
    void begin() {
        for (int i = 0; i < pollsAtFirst.length; i++) {
            Worker other = engine.worker(i);
            pollsAtFirst[i] = other == null ? 0 : other.polls().word();
        }
    }

    /// Takes half of what a worker has queued, and gives the oldest.
    @Nullable
    Task<?> fromQueues() {
        int start = random.nextInt(engine.workers());
        for (int i = 0; i < engine.workers(); i++) {
            Worker victim = engine.worker((start + i) % engine.workers());
            if (victim == null || victim == thief) {
                continue;
            }
            Task<?> task = victim.ring().stealHalf(thief.ring());
            if (task != null) {
                countSteal();
                return task;
            }
        }
        return null;
    }

    /// Takes the task out of the slot of a worker that has been in one poll all the time since the search began.
    @Nullable
    Task<?> fromSlots() {
        int start = random.nextInt(engine.workers());
        for (int i = 0; i < engine.workers(); i++) {
            int index = (start + i) % engine.workers();
            Worker victim = engine.worker(index);
            if (victim != null && victim != thief && victim.polls().word() == pollsAtFirst[index]) {
                Task<?> task = victim.slot().take();
                if (task != null) {
                    countSteal();
                    return task;
                }
            }
        }
        return null;
    }

    private void countSteal() {
        long before = steals;
        steals = before + 1; // no update is lost: this thread alone writes it
    }
}
