// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.TaskRef;
import dev.wakeful.fixture.StepExecutor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitGraphTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<Task<?>> tasks = new ArrayList<>();

    /// Waits for a resource of the task at an index.
    private final class Waits extends CheckedFuture<Integer> {
        private final String resource;
        private final int owner;

        Waits(String resource, int owner) {
            this.resource = resource;
            this.owner = owner;
        }

        @Override
        protected Object advance(Context cx) {
            cx.waker();
            return PENDING;
        }

        @Override
        public void describe(Description to) {
            TaskRef holder = tasks.get(owner);
            to.label("Waits");
            to.waitsFor(resource, holder);
        }
    }

    private void spawn(String name, Future<?> future) {
        tasks.add(executor.spawn(name, future));
    }

    private String cycle() {
        executor.runAll();
        return new WaitGraph(tasks).cycle();
    }

    @Test
    void twoTasksThatWaitForEachOtherAreACycleInWords() {
        spawn("a", new Waits("lock x", 1));
        spawn("b", new Waits("lock y", 0));
        assertEquals(
                "a cycle: task 1 \"a\" waits for lock x of task 2 \"b\", and task 2 \"b\" waits for lock y of task 1"
                        + " \"a\"",
                cycle());
    }

    @Test
    void whatLeadsToACycleIsNoPartOfIt() {
        spawn("outside", new Waits("lock x", 1));
        spawn("a", Futures.join(new Waits("nothing bad", 3), new Waits("lock y", 2)));
        spawn("b", new Waits("lock z", 1));
        spawn("end", Future.pending());
        assertEquals(
                "a cycle: task 2 \"a\" waits for lock y of task 3 \"b\", and task 3 \"b\" waits for lock z of task 2"
                        + " \"a\"",
                cycle());
    }

    @Test
    void aTaskMayWaitForItself() {
        spawn("a", new Waits("its own end", 0));
        assertEquals("a cycle: task 1 \"a\" waits for its own end of task 1 \"a\"", cycle());
    }

    @Test
    void twoWaysToOneTaskAreNoCycle() {
        spawn("a", Futures.join(new Waits("left", 1), new Waits("right", 2)));
        spawn("b", new Waits("x", 3));
        spawn("c", new Waits("y", 3));
        spawn("d", Future.pending());
        assertNull(cycle());
    }

    @Test
    void aChainOfTwentyThousandTasksIsWalkedWithoutRecursion() {
        int n = 20_000;
        for (int i = 0; i < n; i++) {
            spawn("", new Waits("the next", (i + 1) % n));
        }
        for (Task<?> task : tasks) {
            task.run();
        }
        assertEquals(n, new WaitGraph(tasks).cycle().split(" waits for ").length - 1);
    }
}
