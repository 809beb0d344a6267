// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollProbeTest {
    private final Gate gate = new Gate();
    private final PollProbe<String> probe = PollProbe.of(gate.passing());

    @Test
    void aProbeFollowsAFutureFromPendingToReady() {
        probe.assertPending().assertNotWoken().assertNotWokenWithoutProgress();
        gate.open();
        probe.assertWoken(1).assertReady("passed").assertErrorAfterReady();
        assertEquals(13, probe.polls());
    }

    @Test
    void onlyTheWakerOfTheLatestPollCounts() {
        probe.assertPending();
        MockWaker first = probe.waker();
        probe.assertPending();
        gate.open();
        first.assertNotWoken();
        probe.assertWoken(1);
    }

    @Test
    void eachAssertionSaysWhatItFound() {
        assertMessage("future must be ready, but is pending: Passing", () -> probe.assertReady());
        assertMessage("waker must have been woken once, but was woken not at all", () -> probe.assertWoken(1));
        gate.open();
        assertMessage("waker must have been woken not at all, but was woken once", probe::assertNotWoken);
        assertMessage("future must be pending, but is ready with passed", probe::assertPending);
        assertMessage(
                "future must be ready with a, but is ready with b",
                () -> PollProbe.of(Future.ready("b")).assertReady("a"));
        assertMessage(
                "future must fail with java.io.IOException, but answered Ready[value=b]",
                () -> PollProbe.of(Future.ready("b")).assertFails(IOException.class));
    }

    @Test
    void aFailureIsTheVeryObject() {
        var failure = new IOException("gone");
        assertSame(failure, PollProbe.of(Future.failed(failure)).assertFails(IOException.class));
    }

    @Test
    void pendingWithoutAskingForTheWakerIsAnError() {
        Future<String> forgetful = cx -> Poll.pending();
        var error =
                assertThrows(AssertionError.class, () -> PollProbe.of(forgetful).assertPending());
        assertTrue(error.getMessage().startsWith("poll returned Pending without having asked for the waker"));
    }

    @Test
    void aFutureThatWakesItselfWithoutProgressIsFound() {
        Future<String> busy = cx -> {
            cx.waker().wake();
            return Poll.pending();
        };
        var error = assertThrows(AssertionError.class, () -> PollProbe.of(busy).assertNotWokenWithoutProgress());
        assertTrue(error.getMessage().startsWith("future was woken without progress, after poll 1"));
    }

    @Test
    void aFutureThatAnswersAfterReadyIsFound() {
        Future<String> careless = cx -> Poll.ready("again");
        var careful = PollProbe.of(careless).assertReady("again");
        assertMessage(
                "a poll after the future had completed must throw IllegalStateException, but answered"
                        + " Ready[value=again]",
                careful::assertErrorAfterReady);
    }

    @Test
    void cancellingReleasesTheWaker() {
        probe.assertPending();
        probe.assertCancelledCleanly().assertWakerReleased();
    }

    @Test
    void aWakerThatIsKeptIsFound() {
        List<Object> kept = new ArrayList<>();
        Future<String> hoarder = cx -> {
            kept.add(cx.waker());
            return Poll.pending();
        };
        var error = assertThrows(
                AssertionError.class,
                () -> PollProbe.of(hoarder).assertPending().assertWakerReleased());
        assertTrue(error.getMessage().startsWith("the waker of poll 1 is still kept by somebody"));
        assertEquals(1, kept.size());
    }

    @Test
    void aCancelThatNobodyWakesIsFound() {
        Future<String> stuck = new Future<>() {
            @Override
            public Poll<String> poll(Context cx) {
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) {
                cx.waker();
                return Poll.pending();
            }
        };
        var error = assertThrows(AssertionError.class, () -> PollProbe.of(stuck).cancel());
        assertTrue(error.getMessage().startsWith("pollCancel is pending and nobody woke it"));
    }

    @Test
    void whatTheContextOffersIsSeenByTheFuture() {
        Context.Key<String> greeting = Context.Key.of("greeting", "a test");
        Future<String> reader = cx -> Poll.ready(cx.get(greeting));
        PollProbe.of(reader).with(greeting, "hello").assertReady("hello");
    }

    private static void assertMessage(String message, Runnable assertion) {
        assertEquals(message, assertThrows(AssertionError.class, assertion::run).getMessage());
    }
}
