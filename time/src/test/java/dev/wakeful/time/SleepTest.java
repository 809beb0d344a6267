// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Semantics S-W1 and S-W2.
class SleepTest {
    private final FakeTimer timer = new FakeTimer();
    private final Context cx = timer.context();

    @Test
    void sleepCountsFromItsFirstPoll() {
        var sleep = Time.sleep(Duration.ofMillis(10));
        timer.advance(Duration.ofHours(1));
        assertFalse(isReady(sleep));
        timer.advance(Duration.ofNanos(9_999_999));
        assertFalse(isReady(sleep));
        assertEquals(0, timer.wakes);
        timer.advance(Duration.ofNanos(1));
        assertEquals(1, timer.wakes);
        assertTrue(isReady(sleep));
        assertEquals(0, timer.armed());
    }

    @Test
    void sleepUntilAnInstantDoesNotDependOnTheFirstPoll() {
        var sleep = Time.sleepUntil(Instant.EPOCH.plusMillis(10));
        timer.advance(Duration.ofMillis(9));
        assertFalse(isReady(sleep));
        timer.advance(Duration.ofMillis(1));
        assertTrue(isReady(sleep));
        assertTrue(isReady(Time.sleepUntil(Instant.MIN)));
        assertFalse(isReady(Time.sleepUntil(Instant.MAX)));
    }

    @Test
    void zeroIsReadyAtTheFirstPoll() {
        assertTrue(isReady(Time.sleep(Duration.ZERO)));
    }

    @Test
    void negativeDurationIsRefusedByValue() {
        assertEquals(
                "duration must not be negative, but was PT-1S",
                assertThrows(IllegalArgumentException.class, () -> Time.sleep(Duration.ofSeconds(-1)))
                        .getMessage());
    }

    @Test
    void anyDurationFromAnyOriginIsNeitherEarlyNorThrown() {
        var random = new SplittableRandom(14);
        for (int round = 0; round < 20_000; round++) {
            var clock = new FakeTimer();
            clock.advanceTo(random.nextLong() >>> random.nextInt(1, 63));
            long start = clock.nanos();
            var duration =
                    Duration.ofSeconds(random.nextLong() >>> random.nextInt(1, 63), random.nextInt(1_000_000_000));
            var sleep = Time.sleep(duration);
            var context = clock.context();
            boolean ready = poll(sleep, context);
            assertEquals(duration.isZero(), ready && start < Long.MAX_VALUE, duration + " from " + start);
            if (!ready) {
                var deadline = Duration.ofNanos(start).plus(min(duration, Duration.ofNanos(Long.MAX_VALUE - start)));
                clock.advanceTo(deadline.toNanos() - 1);
                assertFalse(poll(sleep, context), duration + " from " + start);
                clock.advanceTo(deadline.toNanos());
                assertTrue(poll(sleep, context), duration + " from " + start);
            }
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    @Test
    void resetMovesALiveSleepAndKeepsTheWaker() {
        var sleep = Time.sleep(Duration.ofMillis(10));
        assertFalse(isReady(sleep));
        sleep.reset(Duration.ofMillis(30));
        timer.advance(Duration.ofMillis(29));
        assertEquals(0, timer.wakes);
        timer.advance(Duration.ofMillis(1));
        assertEquals(1, timer.wakes);
        assertTrue(isReady(sleep));
    }

    @Test
    void resetToAnEarlierTimeWakesThen() {
        var sleep = Time.sleep(Duration.ofHours(10));
        assertFalse(isReady(sleep));
        sleep.resetUntil(Instant.EPOCH.plusMillis(5));
        timer.advance(Duration.ofMillis(5));
        assertEquals(1, timer.wakes);
        assertTrue(isReady(sleep));
    }

    @Test
    void resetRearmsAnElapsedSleep() {
        var sleep = Time.sleep(Duration.ofMillis(1));
        assertFalse(isReady(sleep));
        timer.advance(Duration.ofMillis(1));
        assertTrue(isReady(sleep));
        assertThrows(IllegalStateException.class, () -> sleep.poll(cx));
        sleep.reset(Duration.ofMillis(2));
        assertFalse(isReady(sleep));
        timer.advance(Duration.ofMillis(2));
        assertTrue(isReady(sleep));
    }

    @Test
    void cancelledSleepWakesNobody() throws Exception {
        var sleep = Time.sleep(Duration.ofMillis(1));
        assertFalse(isReady(sleep));
        assertTrue(sleep.pollCancel(cx).isReady());
        assertEquals(0, timer.armed());
        timer.advance(Duration.ofMillis(1));
        assertEquals(0, timer.wakes);
    }

    @Test
    void sleepWithoutATimerNamesWhatIsMissing() {
        var message = assertThrows(
                        IllegalStateException.class,
                        () -> Time.sleep(Duration.ZERO).poll(Context.of(Waker.noop())))
                .getMessage();
        assertEquals(
                "this context offers no timer; it comes from a runtime or a TestRuntime, but the future was polled with"
                        + " Context.of(waker)",
                message);
    }

    @Test
    void sleepDescribesItsDeadline() {
        var sleep = Time.sleep(Duration.ofMillis(10));
        assertEquals("Sleep[PT0.01S]", sleep.toString());
        assertFalse(isReady(sleep));
        assertEquals("Sleep[deadlineNanos=10000000]", sleep.toString());
        assertEquals(Instant.EPOCH.plusMillis(10), sleep.deadline());
    }

    private boolean isReady(Sleep sleep) {
        return poll(sleep, cx);
    }

    private static boolean poll(Sleep sleep, Context cx) {
        try {
            return sleep.poll(cx).isReady();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
