// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.task.Quiescence;
import dev.wakeful.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Of many tasks that wait, those whose waker is gone are found, and no other is.
class LostTasksTest {
    private static final int TASKS = Integer.getInteger("wakeful.lost.tasks", 100_000);
    private static final int ONE_IN = TASKS / 1_000;

    @Test
    void everyLostTaskIsFoundAndNoOtherIsReported() {
        var simulation = new Simulation(
                new Simulation.Settings(1, Strategy.ROUND_ROBIN, 1, null, Map.of(), Long.MAX_VALUE, false, null));
        List<Waker> kept = new ArrayList<>();
        List<Task<?>> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            boolean loses = i % ONE_IN == 0;
            Future<Void> waiting = cx -> {
                Waker waker = cx.waker();
                if (!loses) {
                    kept.add(waker);
                }
                return Poll.pending();
            };
            tasks.add(simulation.start("", waiting));
        }
        while (simulation.step() != null) {}
        List<Long> lost = Quiescence.lost(tasks).stream().map(Task::id).toList();
        List<Long> expected = new ArrayList<>();
        for (long id = 1; id <= TASKS; id += ONE_IN) {
            expected.add(id);
        }
        assertEquals(expected, lost);
        assertEquals(TASKS - TASKS / ONE_IN, kept.size());
    }
}
