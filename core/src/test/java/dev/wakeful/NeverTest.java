// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.task.Trace;
import org.junit.jupiter.api.Test;

/// The rules over the future that is never ready.
class NeverTest {
    private final StepExecutor executor = new StepExecutor();
    private final Future<Integer> never = Future.pending();

    @Test
    void eachPollIsPending() throws Exception {
        var waker = new CountingWaker();
        assertEquals(Poll.pending(), never.poll(waker.cx()));
        assertSame(Future.PENDING, never.pollRaw(waker.cx()));
    }

    @Test
    void aPollAfterItWasCancelledIsRefused() throws Exception {
        assertTrue(never.pollCancel(Hand.CX).isReady());
        assertTrue(never.pollCancel(Hand.CX).isReady());
        var refused = assertThrows(IllegalStateException.class, () -> never.poll(Hand.CX));
        assertTrue(
                refused.getMessage()
                        .startsWith("future was polled after it had been cancelled: Future.pending(); await a future"),
                refused.getMessage());
    }

    @Test
    void aPollAfterATaskCancelledItIsRefused() throws Exception {
        var task = executor.spawn(never);
        executor.runAll();
        task.abort("enough");
        executor.runAll();
        assertTrue(task.isCancelled());
        assertThrows(IllegalStateException.class, () -> never.poll(Hand.CX));
    }

    @Test
    void aSecondTaskIsRefusedByName() {
        executor.spawn("first", never);
        var second = executor.spawn("second", never);
        executor.runAll();
        var refused = assertInstanceOf(IllegalStateException.class, second.failure());
        assertTrue(
                refused.getMessage()
                        .startsWith("future belongs to task 1 \"first\" and was polled by task 2 \"second\":"
                                + " Future.pending(); use shared()"),
                refused.getMessage());
    }

    @Test
    void itMayBeHandedOver() {
        executor.spawn("first", never);
        var second = executor.spawn(cx -> never.poll(cx.with(Context.HANDED_OVER, true)));
        executor.runAll();
        assertTrue(second.isIdle());
        var third = executor.spawn(cx -> never.poll(cx));
        executor.runAll();
        assertTrue(String.valueOf(third.failure()).contains("belongs to task 2 "), "the second owns it now");
    }

    @Test
    void aPollByHandLeavesTheNextTaskItsOwner() throws Exception {
        never.poll(Hand.CX);
        var task = executor.spawn(never);
        executor.runAll();
        assertTrue(task.isIdle());
    }

    @Test
    void itSaysThatItIsNeverReady() {
        var task = executor.spawn(never);
        executor.runAll();
        assertTrue(Trace.ofTask(task).leaf().never());
        assertEquals("Future.pending()", never.toString());
    }
}
