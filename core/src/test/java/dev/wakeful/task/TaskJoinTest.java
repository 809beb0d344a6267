// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TaskJoinTest {
    private final StepExecutor executor = new StepExecutor();
    private final Leaf<String> leaf = new Leaf<>("leaf");
    private final Task<String> task = executor.spawn("worker", leaf);
    private final CountingWaker waker = new CountingWaker();

    @Test
    void theHandleIsReadyWithTheResultOnce() throws Exception {
        assertFalse(task.poll(waker.cx()).isReady());
        executor.runAll();
        leaf.complete("x");
        executor.runAll();
        assertEquals(1, waker.wakes());
        assertEquals("x", Hand.ready(task.poll(waker.cx())));
        var refused = assertThrows(IllegalStateException.class, () -> task.poll(waker.cx()));
        assertEquals(
                "future was polled after it had returned Ready: task 1 \"worker\";"
                        + " use join() for one more await of the task",
                refused.getMessage());
        assertEquals("x", Hand.ready(task.join()));
    }

    @Test
    void theHandleThrowsTheVeryThrowable() {
        var failure = new IOException("broken");
        leaf.fail(failure);
        executor.runAll();
        assertSame(failure, assertThrows(IOException.class, () -> task.poll(waker.cx())));
    }

    @Test
    void givingUpOnTheHandleEndsTheWaitingAndNotTheTask() throws Exception {
        task.poll(waker.cx());
        executor.runAll();
        assertTrue(task.pollCancel(waker.cx()).isReady());
        assertFalse(leaf.trace.contains("cancel leaf"));
        leaf.complete("x");
        executor.runAll();
        assertFalse(waker.isWoken());
        assertThrows(IllegalStateException.class, () -> task.poll(waker.cx()));
        assertEquals("x", Hand.ready(task.join()));
    }

    @Test
    void awaitingACancelledTaskThrowsAndDoesNotCancelTheOneWhoAwaits() throws Exception {
        var waiting = executor.spawn(Futures.catching(task));
        executor.runAll();
        task.abort("not wanted");
        executor.runAll();
        var outcome = assertInstanceOf(Futures.Outcome.Failure.class, StepExecutor.result(waiting));
        assertInstanceOf(CancelledException.class, outcome.failure());
        assertFalse(waiting.isCancelled());
    }

    @Test
    void twoTasksThatAwaitOneHandleAreToldSo() throws Exception {
        var first = executor.spawn(task);
        var second = executor.spawn(task);
        executor.runAll();
        var refused = assertInstanceOf(IllegalStateException.class, second.failure());
        assertEquals(
                "future belongs to task 2 and was polled by task 3: task 1 \"worker\";"
                        + " use shared() to let several tasks await it",
                refused.getMessage());
        leaf.complete("x");
        executor.runAll();
        assertEquals("x", StepExecutor.result(first));
    }

    @Test
    void twoJoinsAtATimeAreRefusedInsteadOfOneHanging() throws Exception {
        var first = executor.spawn(task.join());
        var second = executor.spawn(task.join());
        executor.runAll();
        assertInstanceOf(IllegalStateException.class, second.failure());
        leaf.complete("x");
        executor.runAll();
        assertEquals("x", StepExecutor.result(first));
    }

    @Test
    void twoJoinsOfOneTaskInTwoBranchesAreRefused() {
        var both = executor.spawn(Futures.join(task.join(), task.join()));
        executor.runAll();
        var refused = assertInstanceOf(IllegalStateException.class, both.failure());
        assertTrue(refused.getMessage().startsWith("two futures of one handle were polled at the same time"));
    }

    @Test
    void aJoinAfterOneThatGaveUpWaitsAgain() throws Exception {
        var first = executor.spawn(task.join());
        executor.runAll();
        first.abort();
        executor.runAll();
        var second = executor.spawn(task.join());
        executor.runAll();
        leaf.complete("x");
        executor.runAll();
        assertEquals("x", StepExecutor.result(second));
    }

    @Test
    void aTaskIsNotFinishedInsideItsLastPoll() {
        var seen = new boolean[1];
        var ending = new Task<?>[1];
        ending[0] = executor.spawn(cx -> {
            seen[0] = ending[0].isFinished();
            return Poll.ready("x");
        });
        executor.runAll();
        assertFalse(seen[0]);
        assertTrue(ending[0].isFinished());
    }

    @Test
    void aJoinersWakerThatThrowsIsNotTheTasksTrouble() {
        Waker broken = () -> {
            throw new IllegalStateException("wakers never throw");
        };
        var other = executor.spawn(Future.ready(1));
        assertFalse(isReady(other, Context.of(broken)));
        executor.step();
        assertThrows(IllegalStateException.class, executor::runAll);
        assertTrue(other.isFinished());
        assertEquals(1, executor.ended);
    }

    private static boolean isReady(Task<?> task, Context cx) {
        try {
            return task.poll(cx).isReady();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
