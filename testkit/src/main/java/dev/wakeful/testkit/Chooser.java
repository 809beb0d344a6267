// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.task.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Picks the next of the candidates, by strategy or by a schedule that is replayed, and writes down what it picked.
final class Chooser {
    /// A ready task is passed over at most this often in a row by [Strategy#WORST_LAG], as fairness has a bound.
    private static final int MAX_LAG = 64;

    private final Strategy strategy;
    private final @Nullable Schedule replayed;
    private final SplittableRandom random;
    private final Schedule taken = new Schedule();
    private final Map<Long, Long> priorities = new HashMap<>();
    private long lowest = -1;
    private int dropsLeft;
    private int passedOver;

    Chooser(Strategy strategy, long seed, @Nullable Schedule replayed) {
        this.strategy = strategy;
        this.replayed = replayed;
        this.random = new SplittableRandom(seed);
        this.dropsLeft = strategy == Strategy.PRIORITY ? random.nextInt(4) : 0;
    }

    /// The candidates of one choice, in the order in which they became ready.
    interface Candidates {
        int count();

        Task<?> at(int index);
    }

    int choose(Candidates candidates) {
        int count = candidates.count();
        if (count == 1) {
            return 0;
        }
        int choice = replayed != null ? Math.min(replayed.at(taken.size()), count - 1) : byStrategy(candidates, count);
        taken.add(choice);
        return choice;
    }

    private int byStrategy(Candidates candidates, int count) {
        return switch (strategy) {
            case ROUND_ROBIN -> 0;
            case RANDOM -> random.nextInt(count);
            case PRIORITY -> highest(candidates, count);
            case WORST_LAG -> {
                passedOver = passedOver < MAX_LAG ? passedOver + 1 : 0;
                yield passedOver == 0 ? 0 : count - 1;
            }
        };
    }

    private int highest(Candidates candidates, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (priority(candidates.at(i)) > priority(candidates.at(best))) {
                best = i;
            }
        }
        if (dropsLeft > 0 && random.nextInt(16) == 0) {
            dropsLeft--;
            priorities.put(candidates.at(best).id(), lowest--);
        }
        return best;
    }

    private long priority(Task<?> task) {
        return priorities.computeIfAbsent(task.id(), id -> random.nextLong(Long.MAX_VALUE));
    }

    Schedule taken() {
        return taken;
    }
}
