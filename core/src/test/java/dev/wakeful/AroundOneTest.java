// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The wrappers around one future.
class AroundOneTest {
    private final Leaf<Integer> leaf = new Leaf<>("leaf");
    private final CountingWaker waker = new CountingWaker();

    @Test
    void catchingGivesTheVeryThrowableAsAValue() throws Exception {
        var failure = new IOException("broken");
        leaf.fail(failure);
        assertEquals(new Futures.Outcome.Failure<Integer>(failure), Hand.ready(Futures.catching(leaf)));
        assertEquals(new Futures.Outcome.Value<>(3), Hand.ready(Futures.catching(Future.ready(3))));
    }

    @Test
    void pollOnceGivesPendingAndLeavesTheFutureRunning() throws Exception {
        assertEquals(Poll.pending(), Hand.ready(Futures.pollOnce(leaf)));
        leaf.complete(5);
        assertEquals(Poll.ready(5), Hand.ready(Futures.pollOnce(leaf)));
        assertFalse(leaf.trace.contains("cancel leaf"));
    }

    @Test
    void anAbortWakesTheOwnerWhoWindsDownAndGetsTheReason() throws Exception {
        var abortable = Futures.abortable(leaf.withSlowCleanUp());
        abortable.poll(waker.cx());
        abortable.abort("enough");
        abortable.abort("again");
        assertTrue(waker.isWoken());
        assertFalse(abortable.poll(waker.cx()).isReady());
        leaf.finishCleanUp();
        var cancelled = assertThrows(CancelledException.class, () -> abortable.poll(waker.cx()));
        assertEquals("enough", cancelled.reason());
        assertEquals("Leaf[leaf] was cancelled: enough", cancelled.getMessage());
    }

    @Test
    void anAbortBeforeTheFirstPollStartsNothing() {
        var abortable = Futures.abortable(leaf);
        abortable.abort("never mind");
        assertThrows(CancelledException.class, () -> abortable.poll(waker.cx()));
        assertEquals(List.of(), leaf.trace);
    }

    @Test
    void anAbortInThePollThatCompletesComesTooLate() throws Exception {
        var handle = new Abortable<?>[1];
        Future<Integer> completing = cx -> {
            handle[0].abort("too late");
            return Poll.ready(1);
        };
        Abortable<Integer> abortable = Futures.abortable(completing);
        handle[0] = abortable;
        assertEquals(1, Hand.ready(abortable));
    }

    @Test
    void anAbortInAPollThatIsPendingTakesEffectAtOnce() {
        var handle = new Abortable<?>[1];
        Future<Integer> waiting = cx -> {
            cx.waker();
            handle[0].abort("now");
            return Poll.pending();
        };
        Abortable<Integer> abortable = Futures.abortable(waiting);
        handle[0] = abortable;
        assertThrows(CancelledException.class, () -> abortable.poll(waker.cx()));
    }

    @Test
    void recoverAnswersAFailureAndMayThrowAnother() throws Exception {
        var failure = new IOException("first");
        assertEquals(7, Hand.ready(Future.<Integer>failed(failure).recover(x -> 7)));
        var other = new IllegalStateException("second");
        assertSame(
                other,
                assertThrows(
                        IllegalStateException.class,
                        () -> Future.<Integer>failed(failure)
                                .recover(x -> {
                                    throw other;
                                })
                                .poll(Hand.CX)));
    }

    @Test
    void whatMappingThrowsFailsTheFuture() {
        var failure = new IOException("in the function");
        assertSame(
                failure,
                assertThrows(
                        IOException.class,
                        () -> Future.ready(1)
                                .map(x -> {
                                    throw failure;
                                })
                                .poll(Hand.CX)));
    }

    @Test
    void aHandedOverFutureThatIsNotMarkedIsRefused() throws Exception {
        var executor = new StepExecutor();
        var started = leaf.map(x -> x);
        assertEquals(Poll.pending(), executor.run(Futures.pollOnce(started)));
        var task = executor.spawn(started);
        executor.runAll();
        assertThrows(IllegalStateException.class, () -> StepExecutor.result(task));
    }
}
