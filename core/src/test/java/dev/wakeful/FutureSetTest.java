// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Futures.Outcome;
import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FutureSetTest {
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> a = new Leaf<>("a", trace);
    private final Leaf<Integer> b = new Leaf<>("b", trace);
    private final Leaf<Integer> c = new Leaf<>("c", trace);
    private final CountingWaker waker = new CountingWaker();

    private FutureSet<Integer> filled(FutureSet<Integer> set) {
        set.add(a);
        set.add(b);
        set.add(c);
        return set;
    }

    @Test
    void addingPollsNothing() {
        assertEquals(3, filled(FutureSet.unordered()).size());
        assertEquals(List.of(), trace);
    }

    @Test
    void theNextOfAnEmptySetIsNullAtOnce() throws Exception {
        assertNull(Hand.ready(FutureSet.unordered().next()));
    }

    @Test
    void outcomesOfAnUnorderedSetComeAsTheyComplete() throws Exception {
        var set = filled(FutureSet.unordered());
        var next = set.next();
        assertFalse(next.poll(waker.cx()).isReady());
        c.complete(3);
        assertTrue(waker.isWoken());
        assertEquals(new Outcome.Value<>(3), Hand.ready(next.poll(waker.cx())));
        a.complete(1);
        b.complete(2);
        assertEquals(new Outcome.Value<>(1), Hand.ready(set.next()));
        assertEquals(new Outcome.Value<>(2), Hand.ready(set.next()));
        assertNull(Hand.ready(set.next()));
    }

    @Test
    void outcomesOfAnOrderedSetComeInTheOrderOfTheirAddition() throws Exception {
        var set = filled(FutureSet.ordered());
        var next = set.next();
        next.poll(waker.cx());
        c.complete(3);
        b.complete(2);
        assertFalse(next.poll(waker.cx()).isReady());
        a.complete(1);
        assertEquals(new Outcome.Value<>(1), Hand.ready(next.poll(waker.cx())));
        assertEquals(new Outcome.Value<>(2), Hand.ready(set.next()));
        assertEquals(new Outcome.Value<>(3), Hand.ready(set.next()));
        assertTrue(set.isEmpty());
    }

    @Test
    void aFailureIsAnOutcomeAndTheOthersGoOn() throws Exception {
        var set = filled(FutureSet.unordered());
        set.next().poll(waker.cx());
        var failure = new IOException("broken");
        b.fail(failure);
        assertEquals(new Outcome.Failure<Integer>(failure), Hand.ready(set.next()));
        assertFalse(trace.contains("cancel a"));
        assertEquals(2, set.size());
    }

    @Test
    void onlyWhatWasWokenIsPolled() throws Exception {
        var set = filled(FutureSet.unordered());
        var next = set.next();
        next.poll(waker.cx());
        trace.clear();
        b.wakeOnly();
        next.poll(waker.cx());
        assertEquals(List.of("poll b"), trace);
    }

    @Test
    void aFutureThatWakesItselfIsPolledOncePerCall() throws Exception {
        Future<Integer> restless = cx -> {
            trace.add("restless");
            cx.waker().wake();
            return Poll.pending();
        };
        var set = FutureSet.<Integer>unordered();
        set.add(restless);
        assertFalse(set.next().poll(waker.cx()).isReady());
        assertEquals(List.of("restless"), trace);
        assertTrue(waker.isWoken());
    }

    @Test
    void givingUpOnNextLosesNothing() throws Exception {
        var set = filled(FutureSet.unordered());
        var next = set.next();
        next.poll(waker.cx());
        assertTrue(next.pollCancel(waker.cx()).isReady());
        assertFalse(trace.contains("cancel a"));
        a.complete(1);
        assertEquals(new Outcome.Value<>(1), Hand.ready(set.next()));
    }

    @Test
    void oneAddedWhileNextWaitsIsPolled() throws Exception {
        var set = FutureSet.<Integer>unordered();
        set.add(a);
        var next = set.next();
        next.poll(waker.cx());
        set.add(Future.ready(9));
        assertTrue(waker.isWoken());
        assertEquals(new Outcome.Value<>(9), Hand.ready(next.poll(waker.cx())));
    }

    @Test
    void windDownEndsAllTogether() throws Exception {
        var set = filled(FutureSet.unordered());
        a.withSlowCleanUp();
        c.withSlowCleanUp();
        set.next().poll(waker.cx());
        trace.clear();
        var end = set.windDown();
        assertFalse(end.poll(waker.cx()).isReady());
        assertEquals(List.of("cancel a", "cancel b", "end b", "cancel c"), trace);
        waker.takeWakes();
        c.finishCleanUp();
        assertTrue(waker.isWoken());
        assertFalse(end.poll(waker.cx()).isReady());
        a.finishCleanUp();
        assertTrue(end.poll(waker.cx()).isReady());
        assertTrue(set.isEmpty());
        assertThrows(IllegalStateException.class, () -> set.add(Future.ready(1)));
    }

    @Test
    void windDownThrowsTheFirstFailureOfTheCleanUp() throws Exception {
        var first = new IOException("first");
        var second = new IOException("second");
        a.withFailingCleanUp(first);
        b.withFailingCleanUp(second);
        var set = filled(FutureSet.ordered());
        set.next().poll(waker.cx());
        assertSame(first, assertThrows(IOException.class, () -> set.windDown().poll(waker.cx())));
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
        assertTrue(trace.contains("end c"));
    }
}
