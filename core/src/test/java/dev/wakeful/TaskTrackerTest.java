// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.internal.Throwing;
import dev.wakeful.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Semantics S-T6.
class TaskTrackerTest {
    private final StepExecutor executor = new StepExecutor();
    private final TaskTracker tracker = new TaskTracker();
    private final Leaf<Integer> a = new Leaf<>("a");
    private final Leaf<Integer> b = new Leaf<>("b");

    @Test
    void waitEndsWhenTheTrackerIsClosedAndEmpty() {
        executor.spawn(tracker.track(a));
        var wait = executor.spawn(tracker.ended());
        executor.runAll();
        assertTrue(tracker.close());
        executor.runAll();
        assertFalse(wait.isFinished(), "closed but not empty");
        a.complete(1);
        executor.runAll();
        assertTrue(wait.isFinished());
    }

    @Test
    void wakersThatThrowKeepNobodyElseFromBeingWoken() throws Exception {
        executor.spawn(tracker.track(a));
        executor.runAll();
        var woken = new ArrayList<Integer>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            assertFalse(tracker.ended()
                    .poll(Context.of(() -> {
                        woken.add(number);
                        throw Throwing.sneak(new IOException("a waker that breaks its contract"));
                    }))
                    .isReady());
        }
        tracker.close();
        a.complete(1);
        var told = new ArrayList<Throwable>();
        var ends = new Thread(executor::runAll);
        ends.setUncaughtExceptionHandler((_, thrown) -> told.add(thrown));
        ends.start();
        ends.join();
        assertEquals(8, woken.size());
        assertEquals(8, told.size());
    }

    @Test
    void emptyTrackerThatIsOpenEndsNoWait() {
        var wait = executor.spawn(tracker.ended());
        executor.runAll();
        assertFalse(wait.isFinished());
        assertTrue(tracker.close());
        assertFalse(tracker.close());
        executor.runAll();
        assertTrue(wait.isFinished());
    }

    @Test
    void waitThatWasPolledBeforeTheInstantEndsEvenIfTasksWereAddedSince() {
        executor.spawn(tracker.track(a));
        var before = executor.spawn(tracker.ended());
        executor.runAll();
        tracker.close();
        a.complete(1);
        executor.step(); // a ends: the instant
        executor.spawn(tracker.track(b));
        var after = executor.spawn(tracker.ended());
        executor.runAll();
        assertTrue(before.isFinished());
        assertFalse(after.isFinished());
        b.complete(2);
        executor.runAll();
        assertTrue(after.isFinished());
    }

    @Test
    void waitCountsFromItsFirstPollAndNotFromItsMaking() {
        tracker.close();
        var made = tracker.ended();
        executor.spawn(tracker.track(a));
        var wait = executor.spawn(made);
        executor.runAll();
        assertFalse(wait.isFinished());
    }

    @Test
    void reopenedTrackerEndsNoWait() {
        tracker.close();
        assertTrue(tracker.reopen());
        assertFalse(tracker.reopen());
        var wait = executor.spawn(tracker.ended());
        executor.runAll();
        assertFalse(wait.isFinished());
        assertFalse(tracker.isClosed());
    }

    @Test
    void closedTrackerStillCountsAndCancelsNobody() throws Exception {
        tracker.close();
        var task = executor.spawn(tracker.track(a));
        executor.runAll();
        assertEquals(1, tracker.size());
        assertEquals("TaskTracker[1 tasks, closed]", tracker.toString());
        a.complete(5);
        executor.runAll();
        assertEquals(5, StepExecutor.result(task));
        assertEquals(0, tracker.size());
    }

    @Test
    void failedCancelledAndNeverPolledTasksAreCountedOff() {
        a.fail(new IOException("broken"));
        executor.spawn(tracker.track(a));
        var cancelled = executor.spawn(tracker.track(b.withSlowCleanUp()));
        var never = executor.spawn(tracker.track(new Leaf<>("never")));
        never.abort();
        executor.runAll();
        assertEquals(1, tracker.size());
        cancelled.abort();
        executor.runAll();
        assertEquals(1, tracker.size(), "its clean-up still runs");
        b.finishCleanUp();
        executor.runAll();
        assertEquals(0, tracker.size());
    }

    @Test
    void childThatAScopeRefusesIsNotCounted() throws Exception {
        var opened = new TaskScope[1];
        executor.run(TaskScope.call(block(scope -> {
            opened[0] = scope;
            return tracker.spawn(scope, Future.ready(1));
        })));
        assertThrows(IllegalStateException.class, () -> tracker.spawn(opened[0], a));
        assertEquals(0, tracker.size());
    }

    @Test
    void waitThatIsGivenUpIsForgotten() {
        executor.spawn(tracker.track(a));
        var wait = executor.spawn(tracker.ended());
        executor.runAll();
        wait.abort();
        executor.runAll();
        assertTrue(wait.isFinished());
        tracker.close();
        a.complete(1);
        executor.runAll();
        assertEquals(0, tracker.size());
    }

    @Test
    void inSeededSchedulesEveryWaitEnds() {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var steps = new StepExecutor(seed);
            var tracked = new TaskTracker();
            var leaves = new ArrayList<Leaf<Integer>>();
            List<Task<?>> waits = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                switch (random.nextInt(7)) {
                    case 0, 1 -> {
                        var leaf = new Leaf<Integer>("leaf");
                        leaves.add(leaf);
                        steps.spawn(tracked.track(leaf));
                    }
                    case 2 -> waits.add(steps.spawn(tracked.ended()));
                    case 3 -> tracked.close();
                    case 4 -> leaves.forEach(leaf -> leaf.complete(1));
                    default -> {
                        if (steps.hasReady()) {
                            steps.step();
                        }
                    }
                }
            }
            tracked.close();
            leaves.forEach(leaf -> leaf.complete(1));
            steps.runAll();
            assertEquals(0, tracked.size(), "seed " + seed);
            assertTrue(waits.stream().allMatch(Task::isFinished), "seed " + seed + ": a wait hangs");
        }
    }
}
