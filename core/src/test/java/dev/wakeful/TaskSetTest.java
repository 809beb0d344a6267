// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Futures.Outcome;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskSetTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> a = new Leaf<>("a", trace);
    private final Leaf<Integer> b = new Leaf<>("b", trace);
    private final Leaf<Integer> c = new Leaf<>("c", trace);

    private <R extends @Nullable Object> Task<R> with(Function<TaskSet<Integer>, Future<R>> body) {
        var task = executor.spawn(TaskScope.call(block((TaskScope scope) -> {
            TaskSet<Integer> set = TaskSet.in(scope);
            set.spawn(a);
            set.spawn(b);
            set.spawn("third", c);
            return body.apply(set);
        })));
        executor.runAll();
        return task;
    }

    @Test
    void outcomesComeAsTheTasksEndAndThenNull() throws Exception {
        var task = with(set -> set.next()
                .then(first -> set.next()
                        .then(second -> set.next()
                                .then(third ->
                                        set.next().map(none -> first + ", " + second + ", " + third + ", " + none)))));
        c.complete(3);
        executor.runAll();
        a.complete(1);
        executor.runAll();
        b.fail(new IOException("broken"));
        executor.runAll();
        assertEquals(
                "Value[value=3], Value[value=1], Failure[failure=java.io.IOException: broken], null",
                StepExecutor.result(task));
    }

    @Test
    void aTaskThatFailsDoesNotCancelItsScope() throws Exception {
        var task = with(set -> set.next());
        var failure = new IOException("broken");
        b.fail(failure);
        executor.runAll();
        assertFalse(task.isFinished());
        a.complete(1);
        c.complete(1);
        executor.runAll();
        assertEquals(new Outcome.Failure<Integer>(failure), StepExecutor.result(task));
    }

    @Test
    void aCancelledTaskIsAFailureWithTheCancelledOutcome() throws Exception {
        var handle = new JoinHandle<?>[1];
        var task = executor.spawn(TaskScope.call(block((TaskScope scope) -> {
            TaskSet<Integer> set = TaskSet.in(scope);
            handle[0] = set.spawn(a);
            return set.next();
        })));
        executor.runAll();
        handle[0].abort("unwanted");
        executor.runAll();
        var outcome = assertInstanceOf(Outcome.Failure.class, StepExecutor.result(task));
        assertEquals(
                "unwanted",
                assertInstanceOf(CancelledException.class, outcome.failure()).reason());
    }

    @Test
    void joinAllGivesTheResultsInTheOrderOfTheEnds() throws Exception {
        var task = with(TaskSet::joinAll);
        c.complete(3);
        executor.runAll();
        a.complete(1);
        executor.runAll();
        b.complete(2);
        executor.runAll();
        assertEquals(List.of(3, 1, 2), StepExecutor.result(task));
    }

    @Test
    void joinAllCancelsTheRestAtTheFirstFailureAndThrowsItAfterTheirCleanUp() {
        var task = with(TaskSet::joinAll);
        var failure = new IOException("broken");
        a.withSlowCleanUp();
        b.fail(failure);
        executor.runAll();
        assertFalse(task.isFinished());
        assertTrue(trace.contains("end c"));
        a.finishCleanUp();
        executor.runAll();
        assertSame(failure, task.failure());
        assertArrayEquals(new Throwable[0], failure.getSuppressed());
    }

    @Test
    void shutdownCancelsAllAndIgnoresFailures() throws Exception {
        var task = with(set -> set.next().then(first -> set.shutdown("enough")).map(x -> "empty: " + set.isEmpty()));
        a.complete(1);
        executor.runAll();
        assertEquals("empty: true", StepExecutor.result(task));
        assertEquals(2, trace.stream().filter(step -> step.startsWith("end")).count());
    }

    @Test
    void detachAllEmptiesWithoutCancelling() {
        var sets = new ArrayList<TaskSet<Integer>>();
        var task = with(set -> {
            sets.add(set);
            return set.next();
        });
        var set = sets.getFirst();
        a.complete(1);
        executor.runAll();
        set.detachAll();
        assertTrue(set.isEmpty());
        assertFalse(trace.contains("cancel b"));
        assertFalse(task.isFinished(), "the scope still waits for its children");
        b.complete(2);
        c.complete(3);
        executor.runAll();
        assertTrue(task.isFinished());
    }

    @Test
    void givingUpOnJoinAllCancelsAllAndWaitsForTheirCleanUp() {
        a.withSlowCleanUp();
        var task = with(TaskSet::joinAll);
        task.abort();
        executor.runAll();
        assertFalse(task.isFinished());
        a.finishCleanUp();
        executor.runAll();
        assertTrue(task.isCancelled());
    }

    @Test
    void theNextOfAnEmptySetIsNullAtOnce() throws Exception {
        assertNull(executor.run(TaskScope.call(
                block((TaskScope scope) -> TaskSet.<Integer>in(scope).next()))));
    }
}
