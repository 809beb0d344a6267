// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.TimeoutException;
import dev.wakeful.spi.Deadline;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Semantics S-W3.
class TimeoutTest {
    private final FakeTimer timer = new FakeTimer();
    private final Context cx = timer.context();

    /// Pending for ever; its clean-up takes as many polls as it is told.
    private static final class Stuck implements Future<String> {
        private int cleanUps;
        private Exception cleanUpFailure;

        Stuck(int cleanUps) {
            this.cleanUps = cleanUps;
        }

        @Override
        public Poll<String> poll(Context cx) {
            return Poll.pending();
        }

        @Override
        public Poll<Void> pollCancel(Context cx) throws Exception {
            if (cleanUpFailure != null) {
                throw cleanUpFailure;
            }
            return cleanUps-- > 0 ? Poll.pending() : Poll.ready(null);
        }

        @Override
        public String toString() {
            return "Stuck";
        }
    }

    @Test
    void futureThatIsReadyWinsAlsoWithZeroTimeout() throws Exception {
        assertEquals(
                Poll.ready("a"), Time.timeout(Duration.ZERO, Future.ready("a")).poll(cx));
    }

    @Test
    void zeroTimeoutFailsWhatIsNotReady() {
        var failure = assertThrows(
                TimeoutException.class,
                () -> Time.timeout(Duration.ZERO, new Stuck(0)).poll(cx));
        assertEquals("Stuck took longer than PT0S", failure.getMessage());
    }

    @Test
    void deadlineIsThrownAfterTheInnerFutureWasWoundDown() throws Exception {
        var timeout = Time.timeout(new Stuck(1), Duration.ofMillis(5));
        assertFalse(timeout.poll(cx).isReady());
        timer.advance(Duration.ofMillis(5));
        assertEquals(1, timer.wakes);
        assertFalse(timeout.poll(cx).isReady());
        assertThrows(TimeoutException.class, () -> timeout.poll(cx));
        assertEquals(0, timer.armed());
    }

    @Test
    void resultInTheSamePollAsTheDeadlineWins() throws Exception {
        Future<String> late = c -> timer.nanos() < 5_000_000 ? Poll.pending() : Poll.ready("just in time");
        var timeout = Time.timeout(late, Duration.ofMillis(5));
        assertFalse(timeout.poll(cx).isReady());
        timer.advance(Duration.ofMillis(5));
        assertEquals(Poll.ready("just in time"), timeout.poll(cx));
        assertEquals(0, timer.armed());
    }

    @Test
    void failureOfTheCleanUpIsSuppressedOnTheTimeout() throws Exception {
        var stuck = new Stuck(0);
        stuck.cleanUpFailure = new IOException("clean-up");
        var timeout = Time.timeout(Duration.ofMillis(1), stuck);
        assertFalse(timeout.poll(cx).isReady());
        timer.advance(Duration.ofMillis(1));
        var failure = assertThrows(TimeoutException.class, () -> timeout.poll(cx));
        assertSame(stuck.cleanUpFailure, failure.getSuppressed()[0]);
    }

    @Test
    void failureOfTheInnerFutureIsThrownAndDisarms() throws Exception {
        var broken = new IOException("broken");
        var polls = new int[1];
        Future<String> fails = c -> {
            if (polls[0]++ == 0) {
                return Poll.pending();
            }
            throw broken;
        };
        var timeout = Time.timeout(fails, Duration.ofMillis(5));
        assertFalse(timeout.poll(cx).isReady());
        assertSame(broken, assertThrows(IOException.class, () -> timeout.poll(cx)));
        assertEquals(0, timer.armed());
    }

    @Test
    void deadlinePassesAlsoWhenTheBudgetIsUsedUp() throws Exception {
        var exhausted = new Context() {
            @Override
            public dev.wakeful.Waker waker() {
                return cx.waker();
            }

            @Override
            public <V> V find(Key<V> key) {
                return cx.find(key);
            }

            @Override
            public boolean hasBudget() {
                return false;
            }
        };
        var timeout = Time.timeout(new Stuck(0), Duration.ofMillis(5));
        assertFalse(timeout.poll(exhausted).isReady());
        timer.advance(Duration.ofMillis(5));
        assertThrows(TimeoutException.class, () -> timeout.poll(exhausted));
    }

    @Test
    void cancelWindsTheInnerFutureDownAndDisarms() throws Exception {
        var timeout = Time.timeout(new Stuck(1), Duration.ofMillis(5));
        assertFalse(timeout.poll(cx).isReady());
        assertFalse(timeout.pollCancel(cx).isReady());
        assertTrue(timeout.pollCancel(cx).isReady());
        assertEquals(0, timer.armed());
    }

    @Test
    void longestTimeoutNeverPasses() throws Exception {
        var timeout = Time.timeout(new Stuck(0), Duration.ofSeconds(Long.MAX_VALUE));
        timer.advance(Duration.ofDays(1));
        assertFalse(timeout.poll(cx).isReady());
        timer.advanceTo(Long.MAX_VALUE - 1);
        assertFalse(timeout.poll(cx).isReady());
    }

    @Test
    void deadlineIsAnInstantThatDoesNotDependOnTheFirstPoll() throws Exception {
        var instant = java.time.Instant.EPOCH.plusMillis(5);
        timer.advance(Duration.ofMillis(3));
        var deadline = Time.deadline(new Stuck(0), instant);
        assertFalse(deadline.poll(cx).isReady());
        timer.advance(Duration.ofMillis(1));
        assertFalse(deadline.poll(cx).isReady());
        timer.advance(Duration.ofMillis(1));
        assertEquals(1, timer.wakes);
        var failure = assertThrows(TimeoutException.class, () -> deadline.poll(cx));
        assertEquals("Stuck was not ready by 1970-01-01T00:00:00.005Z", failure.getMessage());
        assertEquals(0, timer.armed());
    }

    @Test
    void futureThatIsReadyWinsAgainstADeadlineThatHasPassed() throws Exception {
        assertEquals(
                Poll.ready("a"),
                Time.deadline(java.time.Instant.MIN, Future.ready("a")).poll(cx));
        assertThrows(
                TimeoutException.class,
                () -> Time.deadline(java.time.Instant.MIN, new Stuck(0)).poll(cx));
        assertFalse(Time.deadline(java.time.Instant.MAX, new Stuck(0)).poll(cx).isReady());
    }

    @Test
    void whatIsAwaitedSeesTheEarliestDeadlineAroundIt() throws Exception {
        Future<Duration> left = Deadline.remaining();
        assertEquals(Poll.ready(null), left.poll(cx));
        assertEquals(
                Poll.ready(Duration.ofMillis(5)),
                Time.timeout(Duration.ofMillis(9), Time.timeout(Duration.ofMillis(5), Deadline.remaining()))
                        .poll(cx));
        assertEquals(
                Poll.ready(Duration.ofMillis(3)),
                Time.deadline(
                                java.time.Instant.EPOCH.plusMillis(3),
                                Time.timeout(Duration.ofMillis(5), Deadline.remaining()))
                        .poll(cx));
    }

    @Test
    void deadlineIsSeenInEachPollAndNotByTheCleanUp() throws Exception {
        var seen = new java.util.ArrayList<Object>();
        Future<String> looks = new Future<>() {
            @Override
            public Poll<String> poll(Context cx) {
                seen.add(cx.get(Deadline.KEY).remaining(cx));
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) {
                seen.add(cx.find(Deadline.KEY) == null ? "none" : "some");
                return Poll.ready(null);
            }
        };
        var timeout = Time.timeout(Duration.ofMillis(5), looks);
        assertFalse(timeout.poll(cx).isReady());
        timer.advance(Duration.ofMillis(2));
        assertFalse(timeout.poll(cx).isReady());
        timer.advance(Duration.ofMillis(3));
        assertThrows(TimeoutException.class, () -> timeout.poll(cx));
        assertEquals(java.util.List.of(Duration.ofMillis(5), Duration.ofMillis(3), Duration.ZERO, "none"), seen);
    }
}
