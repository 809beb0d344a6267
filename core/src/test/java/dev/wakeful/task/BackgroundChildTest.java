// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import dev.wakeful.TaskScope;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Children that do not hold their scope open.
class BackgroundChildTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> worker = new Leaf<>("worker", trace);
    private final Leaf<Integer> metrics = new Leaf<>("metrics", trace);

    @Test
    void scopeEndsWithoutWaitingForItAndWhenItHasCleanedUp() throws Exception {
        metrics.withSlowCleanUp();
        var task = executor.spawn(TaskScope.call(block(scope -> {
            scope.spawnBackground("metrics", metrics);
            scope.spawn("worker", worker);
            return Future.ready("value");
        })));
        executor.runAll();
        assertFalse(trace.contains("cancel metrics"), "a child that counts still runs");
        worker.complete(1);
        executor.runAll();
        assertTrue(trace.contains("cancel metrics"));
        assertFalse(task.isFinished(), "it still cleans up");
        metrics.finishCleanUp();
        executor.runAll();
        assertEquals("value", StepExecutor.result(task));
    }

    @Test
    void scopeWithoutOtherChildrenEndsWithItsBody() throws Exception {
        assertEquals("value", executor.run(TaskScope.call(block(scope -> {
            scope.spawnBackground(metrics);
            return Future.ready("value");
        }))));
        assertFalse(trace.contains("poll metrics"), "it was cancelled before its first poll");
    }

    @Test
    void itsFailureIsTheScopes() {
        var broken = new IOException("broken");
        var task = executor.spawn(TaskScope.call(block(scope -> {
            scope.spawnBackground(metrics);
            return worker;
        })));
        executor.runAll();
        metrics.fail(broken);
        executor.runAll();
        assertSame(broken, task.failure());
        assertTrue(trace.contains("end worker"));
    }

    @Test
    void failureOfItsCleanUpAtTheEndIsTheScopes() {
        var broken = new IOException("broken");
        var task = executor.spawn(TaskScope.call(block(scope -> {
            scope.spawnBackground(metrics.withFailingCleanUp(broken));
            return worker;
        })));
        executor.runAll();
        worker.complete(1);
        executor.runAll();
        assertSame(broken, task.failure());
    }

    @Test
    void itEndsByItselfLikeAnyOther() throws Exception {
        var task = executor.spawn(TaskScope.call(block(scope -> {
            scope.spawnBackground(metrics);
            return worker;
        })));
        executor.runAll();
        metrics.complete(1);
        executor.runAll();
        assertFalse(task.isFinished());
        worker.complete(2);
        executor.runAll();
        assertEquals(2, StepExecutor.result(task));
    }

    @Test
    void onAScopeThatHasEndedItIsRefused() throws Exception {
        var opened = new TaskScope[1];
        executor.run(TaskScope.call(block(scope -> {
            opened[0] = scope;
            return Future.ready(1);
        })));
        assertThrows(IllegalStateException.class, () -> opened[0].spawnBackground(metrics));
    }

    @Test
    void inSeededSchedulesTheScopeEndsAndNoChildOutlivesIt() {
        for (int seed = 0; seed < 3_000; seed++) {
            var random = new Random(seed);
            var steps = new StepExecutor(seed);
            var leaves = new ArrayList<Leaf<Integer>>();
            var background = new ArrayList<Leaf<Integer>>();
            var children = new ArrayList<Task<?>>();
            var task = steps.spawn(TaskScope.call(block(scope -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    var leaf = new Leaf<Integer>("child");
                    if (random.nextBoolean()) {
                        leaf.withSlowCleanUp();
                    }
                    boolean behind = random.nextBoolean();
                    (behind ? background : leaves).add(leaf);
                    children.add((Task<?>) (behind ? scope.spawnBackground(leaf) : scope.spawn(leaf)));
                }
                return Future.ready(1);
            })));
            for (int i = 0; i < 30; i++) {
                if (steps.hasReady() && random.nextInt(3) > 0) {
                    steps.step();
                } else if (!leaves.isEmpty()) {
                    leaves.get(random.nextInt(leaves.size())).complete(1);
                } else if (!background.isEmpty() && random.nextInt(4) == 0) {
                    background.get(random.nextInt(background.size())).complete(1);
                }
                if (task.isFinished()) {
                    assertTrue(children.stream().allMatch(Task::isFinished), "seed " + seed);
                }
            }
            leaves.forEach(leaf -> leaf.complete(1));
            background.forEach(Leaf::finishCleanUp);
            steps.runAll();
            assertTrue(task.isFinished(), "seed " + seed + ": the scope hangs");
            assertTrue(children.stream().allMatch(Task::isFinished), "seed " + seed);
        }
    }
}
