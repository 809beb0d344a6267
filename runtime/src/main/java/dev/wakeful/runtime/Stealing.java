// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// How a worker takes tasks from the others: half of a queue, and what is in the slot of one that does not come to it.
/// Used by the thread of the worker.
final class Stealing {
    /// How often something has to be queued, one look after the other, for a task that is alone to be taken.
    private static final int LOOKS = 3;

    private final MultiThread engine;
    private final Worker thief;
    private final SplittableRandom random;

    /// What each worker was at when this one began to search.
    private final long[] pollsAtFirst;

    /// How often in a row each worker had something queued when this one looked, in this search and those before: one
    /// of few looks must not begin anew with a task that stays where it is.
    private final int[] looks;

    private volatile long steals;

    Stealing(MultiThread engine, Worker thief, SplittableRandom random) {
        this.engine = engine;
        this.thief = thief;
        this.random = random;
        this.pollsAtFirst = new long[engine.workers()];
        this.looks = new int[engine.workers()];
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
            int index = (start + i) % engine.workers();
            Worker victim = engine.worker(index);
            if (victim == null || victim == thief || !isWorthIt(index, victim)) {
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

    /// A task that is alone is mostly polled by its own worker before it could be brought here, and what it wakes would
    /// be taken back in the same way: two workers that do nothing else.
    private boolean isWorthIt(int index, Worker victim) {
        int queued = victim.ring().size();
        looks[index] = queued == 0 ? 0 : looks[index] + 1;
        return queued > 1
                || looks[index] >= LOOKS
                || (queued == 1 && !victim.slot().isEmpty());
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
