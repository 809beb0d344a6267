// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JoinTest {
    private final List<String> trace = new ArrayList<>();
    private final Leaf<String> a = new Leaf<>("a", trace);
    private final Leaf<Integer> b = new Leaf<>("b", trace);
    private final Leaf<Integer> c = new Leaf<>("c", trace);
    private final CountingWaker waker = new CountingWaker();

    @Test
    void makingAJoinPollsNothing() {
        Futures.join(a, b);
        Futures.joinAll(List.of(a, b));
        assertEquals(List.of(), trace);
    }

    @Test
    void valuesAreInTheOrderOfTheArgumentsWhicheverCompletesFirst() throws Exception {
        var join = Futures.join(a, b, c);
        assertFalse(join.poll(waker.cx()).isReady());
        c.complete(3);
        b.complete(2);
        a.complete("one");
        assertEquals(new Futures.Three<>("one", 2, 3), Hand.ready(join.poll(waker.cx())));
    }

    @Test
    void joinOfTwoHasTheTypesOfItsArguments() throws Exception {
        a.complete("x");
        b.complete(7);
        Futures.Two<String, Integer> both = Hand.ready(Futures.join(a, b));
        assertEquals("x7", both.first() + both.second());
    }

    @Test
    void onlyTheChildThatWasWokenIsPolledAgain() throws Exception {
        var join = Futures.join(a, b);
        join.poll(waker.cx());
        b.wakeOnly();
        assertEquals(1, waker.takeWakes());
        join.poll(waker.cx());
        join.poll(waker.cx());
        assertEquals(List.of("poll a", "poll b", "poll b"), trace);
    }

    @Test
    void wakesThatMeetBetweenTwoPollsLeadToOneWakeOfTheOwner() throws Exception {
        var join = Futures.join(a, b);
        join.poll(waker.cx());
        a.wakeOnly();
        b.wakeOnly();
        assertEquals(1, waker.takeWakes());
        join.poll(waker.cx());
        assertEquals(List.of("poll a", "poll b", "poll a", "poll b"), trace);
    }

    @Test
    void onlyTheLatestWakerIsWoken() throws Exception {
        var join = Futures.join(a, b);
        var older = new CountingWaker();
        join.poll(older.cx());
        join.poll(waker.cx());
        b.complete(1);
        assertEquals(1, waker.wakes());
    }

    @Test
    void theFirstFailureWindsDownTheOthersTogetherAndIsThenThrown() throws Exception {
        var join = Futures.joinAll(List.of(a.withSlowCleanUp(), b, c.withSlowCleanUp()));
        join.poll(waker.cx());
        trace.clear();
        var failure = new IOException("broken");
        b.fail(failure);
        assertFalse(join.poll(waker.cx()).isReady());
        assertEquals(List.of("poll b", "cancel a", "cancel c"), trace);
        waker.takeWakes();
        c.finishCleanUp();
        assertEquals(1, waker.takeWakes());
        assertFalse(join.poll(waker.cx()).isReady());
        a.finishCleanUp();
        assertSame(failure, assertThrows(IOException.class, () -> join.poll(waker.cx())));
        assertEquals(List.of("cancel c", "end c", "cancel a", "end a"), trace.subList(3, trace.size()));
    }

    @Test
    void failuresOfTheCleanUpAreSuppressedOnTheFirstFailure() throws Exception {
        var cleanUp = new IllegalArgumentException("clean-up");
        var join = Futures.join(a.withFailingCleanUp(cleanUp), b);
        join.poll(waker.cx());
        b.fail(new IOException("broken"));
        var thrown = assertThrows(IOException.class, () -> join.poll(waker.cx()));
        assertArrayEquals(new Throwable[] {cleanUp}, thrown.getSuppressed());
    }

    @Test
    void aChildAfterOneThatFailsAtOnceIsNeverPolled() {
        a.fail(new IOException("at once"));
        assertThrows(IOException.class, () -> Futures.join(a, b).poll(waker.cx()));
        assertEquals(List.of("poll a"), trace);
        assertThrows(IllegalStateException.class, () -> b.poll(waker.cx()));
    }

    @Test
    void givingUpWindsDownAllThatAreNotComplete() throws Exception {
        var join = Futures.join(a, b.withSlowCleanUp(), c);
        join.poll(waker.cx());
        a.complete("done");
        join.poll(waker.cx());
        trace.clear();
        assertFalse(join.pollCancel(waker.cx()).isReady());
        assertEquals(List.of("cancel b", "cancel c", "end c"), trace);
        waker.takeWakes();
        b.finishCleanUp();
        assertEquals(1, waker.wakes());
        assertTrue(join.pollCancel(waker.cx()).isReady());
        assertTrue(join.pollCancel(waker.cx()).isReady());
    }

    @Test
    void firstFailureOfTheCleanUpIsThrownWhenGivingUpAndLaterOnesAreSuppressed() throws Exception {
        var first = new IllegalArgumentException("first");
        var second = new IllegalArgumentException("second");
        var join = Futures.join(a.withFailingCleanUp(first), b.withFailingCleanUp(second));
        join.poll(waker.cx());
        assertSame(first, assertThrows(IllegalArgumentException.class, () -> join.pollCancel(waker.cx())));
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    }

    @Test
    void aChildThatNeverAskedForItsWakerIsReportedWhenItIsTheLast() throws Exception {
        var executor = new StepExecutor();
        Future<Integer> silent = cx -> Poll.pending();
        var task = executor.spawn(Futures.join(a, silent));
        executor.runAll();
        assertFalse(task.isFinished());
        a.complete("x");
        executor.runAll();
        var lost = assertThrows(LostWakerException.class, () -> StepExecutor.result(task));
        assertTrue(lost.getMessage().contains("without having asked for its waker"), lost.getMessage());
        assertTrue(lost.getMessage().contains("JoinTest.java"), lost.getMessage());
    }

    @Test
    void aChildThatUsedUpTheBudgetIsPolledAgain() throws Exception {
        var executor = new StepExecutor();
        Future<Integer> greedy = new CheckedFuture<>() {
            private int rounds;

            @Override
            protected Object advance(Context cx) {
                while (cx.hasBudget()) {
                    cx.spendBudget();
                    if (++rounds == 1_000) {
                        return rounds;
                    }
                }
                return PENDING;
            }
        };
        a.complete("x");
        assertEquals(1_000, executor.run(Futures.join(a, greedy)).second());
    }

    @Test
    void emptyCollectionIsReadyWithAnEmptyList() throws Exception {
        assertEquals(List.of(), Hand.ready(Futures.joinAll(List.of())));
    }

    @Test
    void hundredThousandChildrenCostAsManyPollsAsWakes() throws Exception {
        int n = 100_000;
        var polls = new int[1];
        var leaves = new ArrayList<Leaf<Integer>>();
        for (int i = 0; i < n; i++) {
            leaves.add(new Leaf<>("x", new ArrayList<>()));
        }
        var executor = new StepExecutor();
        var task = executor.spawn(Futures.joinAll(leaves));
        executor.runAll();
        var order = new ArrayList<Integer>();
        for (int i = 0; i < n; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(1));
        for (int i : order) {
            leaves.get(i).complete(i);
            executor.runAll();
        }
        for (Leaf<Integer> leaf : leaves) {
            polls[0] += leaf.trace.size();
        }
        assertEquals(2 * n, polls[0]);
        assertEquals(99_999, StepExecutor.result(task).get(99_999));
    }

    @Test
    void nullValuesAreValues() throws Exception {
        assertEquals(Collections.singletonList(null), Hand.ready(Futures.joinAll(List.of(Future.ready(null)))));
    }
}
