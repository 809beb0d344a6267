// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RaceTest {
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> a = new Leaf<>("a", trace);
    private final Leaf<Integer> b = new Leaf<>("b", trace);
    private final CountingWaker waker = new CountingWaker();

    @Test
    void theLosersHaveEndedTheirCleanUpBeforeTheValueIsGiven() throws Exception {
        Future<Integer> race = Futures.race(a, b.withSlowCleanUp());
        race.poll(waker.cx());
        a.complete(1);
        assertFalse(race.poll(waker.cx()).isReady());
        waker.takeWakes();
        b.finishCleanUp();
        assertTrue(waker.isWoken());
        assertEquals(1, Hand.ready(race.poll(waker.cx())));
        assertEquals("end b", trace.getLast());
    }

    @Test
    void aFailureThatComesFirstWinsToo() throws Exception {
        Future<Integer> race = Futures.race(List.of(a, b));
        race.poll(waker.cx());
        var failure = new IOException("first");
        b.fail(failure);
        assertSame(failure, assertThrows(IOException.class, () -> race.poll(waker.cx())));
        assertTrue(trace.contains("end a"));
    }

    @Test
    void aLoserThatWasNotPolledIsNotStartedByTheRace() throws Exception {
        a.complete(1);
        assertEquals(1, Hand.ready(Futures.race(a, b)));
        assertEquals(List.of("poll a"), trace);
    }

    @Test
    void theFirstToBePolledIsDrawnFromTheContext() throws Exception {
        Set<String> first = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            first.add(
                    new StepExecutor(seed).run(Futures.race(Future.ready("a"), Future.ready("b"), Future.ready("c"))));
        }
        assertEquals(Set.of("a", "b", "c"), first);
    }

    @Test
    void aRaceOfNobodyIsRefused() {
        var refused = assertThrows(IllegalArgumentException.class, () -> Futures.race(List.of()));
        assertEquals("a race needs at least one future, but got none", refused.getMessage());
    }

    @Test
    void firstSuccessWaitsOutFailures() throws Exception {
        Future<Integer> race = Futures.firstSuccess(a, b);
        race.poll(waker.cx());
        a.fail(new IOException("a"));
        assertFalse(race.poll(waker.cx()).isReady());
        b.complete(2);
        assertEquals(2, Hand.ready(race.poll(waker.cx())));
    }

    @Test
    void firstSuccessThrowsTheFirstFailureWhenAllFail() throws Exception {
        Future<Integer> race = Futures.firstSuccess(List.of(a, b));
        race.poll(waker.cx());
        var first = new IOException("first");
        var second = new IOException("second");
        b.fail(first);
        race.poll(waker.cx());
        a.fail(second);
        assertSame(first, assertThrows(IOException.class, () -> race.poll(waker.cx())));
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    }

    @Test
    void aLoserWhoseCleanUpFailsFailsTheRace() throws Exception {
        var broken = new IllegalStateException("clean-up");
        Future<Integer> race = Futures.race(a, b.withFailingCleanUp(broken));
        race.poll(waker.cx());
        a.complete(1);
        assertSame(broken, assertThrows(IllegalStateException.class, () -> race.poll(waker.cx())));
    }

    @Test
    void givingUpAfterAWinWindsDownTheLosersAndTheValueIsGone() throws Exception {
        Future<Integer> race = Futures.race(a, b.withSlowCleanUp());
        race.poll(waker.cx());
        a.complete(1);
        race.poll(waker.cx());
        assertFalse(race.pollCancel(waker.cx()).isReady());
        b.finishCleanUp();
        assertTrue(race.pollCancel(waker.cx()).isReady());
        assertThrows(IllegalStateException.class, () -> race.poll(waker.cx()));
    }

    @Test
    void selectHandsTheLoserBackStillRunning() throws Exception {
        var select = Futures.select(a, b);
        select.poll(waker.cx());
        b.complete(2);
        var found = assertInstanceOf(Futures.Either.Second.class, Hand.ready(select.poll(waker.cx())));
        assertEquals(2, found.value());
        assertSame(a, found.loser());
        a.complete(1);
        assertEquals(1, Hand.ready(a));
        assertFalse(trace.contains("cancel a"));
    }

    @Test
    void selectPollsInTheOrderOfItsArguments() throws Exception {
        a.complete(1);
        b.complete(2);
        for (int seed = 0; seed < 10; seed++) {
            var found = new StepExecutor(seed).run(Futures.select(Future.ready(1), Future.ready("two")));
            assertInstanceOf(Futures.Either.First.class, found);
        }
    }

    @Test
    void aFailureInSelectWindsTheOtherDown() throws Exception {
        var select = Futures.select(a, b.withSlowCleanUp());
        select.poll(waker.cx());
        a.fail(new IOException("a"));
        assertFalse(select.poll(waker.cx()).isReady());
        b.finishCleanUp();
        assertThrows(IOException.class, () -> select.poll(waker.cx()));
        assertEquals("end b", trace.getLast());
    }

    @Test
    void selectAllGivesPlaceValueAndTheRest() throws Exception {
        var c = new Leaf<Integer>("c", trace);
        Future<Futures.Selected<Integer>> select = Futures.selectAll(List.of(a, b, c));
        select.poll(waker.cx());
        b.complete(7);
        assertEquals(new Futures.Selected<>(1, 7, List.of(a, c)), Hand.ready(select.poll(waker.cx())));
    }
}
