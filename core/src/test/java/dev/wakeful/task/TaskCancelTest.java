// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.Poll;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskCancelTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> leaf = new Leaf<>("leaf", trace);

    @Test
    void aTaskThatWasNeverPolledEndsAsCancelledAndNothingOfItRuns() {
        var task = executor.spawn(leaf);
        task.abort("no longer needed");
        executor.runAll();
        assertEquals(List.of(), trace);
        assertTrue(task.isCancelled());
        var outcome = assertThrows(CancelledException.class, () -> StepExecutor.result(task));
        assertEquals("no longer needed", outcome.reason());
        assertEquals("task 1 was cancelled: no longer needed", outcome.getMessage());
    }

    @Test
    void anIdleTaskIsWoundDownInsteadOfPolled() {
        var task = executor.spawn(leaf);
        executor.runAll();
        task.abort();
        executor.runAll();
        assertEquals(List.of("poll leaf", "cancel leaf", "end leaf"), trace);
    }

    @Test
    void theTaskIsNotFinishedBeforeItsCleanUpHasEnded() {
        var task = executor.spawn(leaf.withSlowCleanUp());
        executor.runAll();
        task.abort();
        executor.runAll();
        assertFalse(task.isFinished());
        task.abort("again");
        executor.runAll();
        assertFalse(task.isFinished());
        leaf.finishCleanUp();
        executor.runAll();
        assertTrue(task.isCancelled());
        assertEquals("aborted", task.reason());
    }

    @Test
    void theResultOfThePollInWhichTheCancelCameWins() throws Exception {
        var self = new Task<?>[1];
        Task<Integer> task = executor.spawn(cx -> {
            self[0].abort();
            return Poll.ready(5);
        });
        self[0] = task;
        executor.runAll();
        assertEquals(5, StepExecutor.result(task));
        assertFalse(task.isCancelled());
    }

    @Test
    void aCancelFromInsideAPollThatIsPendingTakesEffectAfterIt() {
        var self = new Task<?>[1];
        var task = executor.spawn(new Future<Integer>() {
            @Override
            public Poll<Integer> poll(Context cx) {
                trace.add("poll");
                self[0].abort();
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<@Nullable Void> pollCancel(Context cx) {
                trace.add("cancel");
                return Poll.ready(null);
            }
        });
        self[0] = task;
        executor.runAll();
        assertEquals(List.of("poll", "cancel"), trace);
        assertTrue(task.isCancelled());
    }

    @Test
    void onceWoundDownTheResultIsGoneAlsoIfItWasThere() {
        var task = executor.spawn(leaf);
        executor.runAll();
        leaf.complete(1);
        task.abort();
        executor.runAll();
        assertTrue(task.isCancelled());
    }

    @Test
    void afterTheEndACancelHasNoEffect() throws Exception {
        leaf.complete(1);
        var task = executor.spawn(leaf);
        executor.runAll();
        task.abort();
        assertEquals(0, executor.ready());
        assertEquals(1, StepExecutor.result(task));
    }

    @Test
    void aFailureOfTheCleanUpIsAFailureOfTheTask() {
        var failure = new IOException("clean-up");
        var task = executor.spawn(leaf.withFailingCleanUp(failure));
        executor.runAll();
        task.abort();
        executor.runAll();
        assertSame(failure, task.failure());
        assertFalse(task.isCancelled());
    }

    @Test
    void siblingsAreWoundDownTogetherAndTheTaskEndsWithTheLast() {
        var other = new Leaf<Integer>("other", trace);
        var task = executor.spawn(Futures.join(leaf.withSlowCleanUp(), other.withSlowCleanUp()));
        executor.runAll();
        trace.clear();
        task.abort();
        executor.runAll();
        assertEquals(List.of("cancel leaf", "cancel other"), trace);
        other.finishCleanUp();
        executor.runAll();
        assertFalse(task.isFinished());
        leaf.finishCleanUp();
        executor.runAll();
        assertTrue(task.isCancelled());
        assertEquals(
                List.of("cancel leaf", "cancel other", "cancel other", "end other", "cancel leaf", "end leaf"), trace);
    }

    @Test
    void innerEndsBeforeOuterBegins() {
        Future<Integer> chain = leaf.withSlowCleanUp();
        for (String name : List.of("inner", "outer")) {
            Future<Integer> below = chain;
            chain = new Future<>() {
                @Override
                public Poll<Integer> poll(Context cx) throws Exception {
                    return below.poll(cx);
                }

                @Override
                public Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
                    if (!below.pollCancel(cx).isReady()) {
                        return Poll.pending();
                    }
                    trace.add("end " + name);
                    return Poll.ready(null);
                }
            };
        }
        var task = executor.spawn(chain);
        executor.runAll();
        task.abort();
        executor.runAll();
        leaf.finishCleanUp();
        executor.runAll();
        assertEquals(List.of("end leaf", "end inner", "end outer"), trace.subList(trace.size() - 3, trace.size()));
    }

    @Test
    void abortAndJoinIsReadyWhenTheCleanUpHasEnded() throws Exception {
        var task = executor.spawn(leaf.withSlowCleanUp());
        executor.runAll();
        Future<@Nullable Void> barrier = task.abortAndJoin("enough");
        assertEquals("", task.reason(), "nothing is asked before the first poll");
        var waiting = executor.spawn(barrier);
        executor.runAll();
        assertEquals("enough", task.reason());
        assertFalse(waiting.isFinished());
        leaf.finishCleanUp();
        executor.runAll();
        assertTrue(waiting.isFinished() && task.isCancelled());
        assertNull(StepExecutor.result(waiting));
    }

    @Test
    void abortAndJoinOfATaskThatHasAResultIsReadyAndOfOneThatFailedThrows() throws Exception {
        var good = executor.spawn(Future.ready(1));
        executor.runAll();
        assertNull(executor.run(good.abortAndJoin("late")));
        var broken = new IOException("clean-up");
        var bad = executor.spawn(leaf.withFailingCleanUp(broken));
        executor.runAll();
        assertSame(broken, assertThrows(IOException.class, () -> executor.run(bad.abortAndJoin("enough"))));
    }

    @Test
    void givingUpOnABarrierEndsTheWaitingAndTheTaskStaysAsked() {
        var task = executor.spawn(leaf.withSlowCleanUp());
        executor.runAll();
        var waiting = executor.spawn(task.abortAndJoin("enough"));
        executor.runAll();
        waiting.abort();
        executor.runAll();
        assertTrue(waiting.isCancelled());
        assertFalse(task.isFinished());
        leaf.finishCleanUp();
        executor.runAll();
        assertTrue(task.isCancelled());
    }
}
