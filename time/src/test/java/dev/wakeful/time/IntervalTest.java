// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Poll;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Semantics S-W4.
class IntervalTest {
    private static final Duration PERIOD = Duration.ofMillis(50);

    private final FakeTimer timer = new FakeTimer();
    private final Context cx = timer.context();
    private final List<String> ticks = new ArrayList<>();

    /// Takes what is ready now; each tick is noted as `time polled: time scheduled`.
    private void drain(Interval interval) throws Exception {
        while (interval.tick().poll(cx) instanceof Poll.Ready<Instant>(var instant)) {
            ticks.add(timer.nanos() / 1_000_000 + ": " + instant.toEpochMilli());
        }
    }

    private void run(MissedTick policy, long... pollAtMillis) throws Exception {
        var interval = Time.intervalAt(Instant.EPOCH, PERIOD, policy);
        for (long millis : pollAtMillis) {
            timer.advanceTo(millis * 1_000_000);
            // each drain leaves a tick behind that is pending; it is given up, which loses nothing
            drainAndGiveUp(interval);
        }
    }

    private void drainAndGiveUp(Interval interval) throws Exception {
        while (true) {
            var tick = interval.tick();
            if (tick.poll(cx) instanceof Poll.Ready<Instant>(var instant)) {
                ticks.add(timer.nanos() / 1_000_000 + ": " + instant.toEpochMilli());
            } else {
                assertTrue(tick.pollCancel(cx).isReady());
                return;
            }
        }
    }

    @Test
    void burstCatchesUpAtOnce() throws Exception {
        run(MissedTick.BURST, 175, 199, 200);
        assertEquals(List.of("175: 0", "175: 50", "175: 100", "175: 150", "200: 200"), ticks);
    }

    @Test
    void delayStartsANewSchedule() throws Exception {
        run(MissedTick.DELAY, 175, 224, 225);
        assertEquals(List.of("175: 0", "225: 225"), ticks);
    }

    @Test
    void skipKeepsTheScheduleAndLeavesOutWhatHasPassed() throws Exception {
        run(MissedTick.SKIP, 175, 199, 200);
        assertEquals(List.of("175: 0", "200: 200"), ticks);
    }

    @Test
    void fiveMillisecondsLateIsNotMissed() throws Exception {
        run(MissedTick.DELAY, 5, 50, 105, 155);
        assertEquals(List.of("5: 0", "50: 50", "105: 100", "155: 150"), ticks);
    }

    @Test
    void firstTickIsAtOnceAndTheScheduleStartsAtTheFirstPoll() throws Exception {
        var interval = Time.interval(PERIOD);
        timer.advance(Duration.ofMillis(7));
        var first = interval.tick();
        assertEquals(Poll.ready(Instant.ofEpochMilli(7)), first.poll(cx));
        var second = interval.tick();
        assertFalse(second.poll(cx).isReady());
        timer.advance(PERIOD);
        assertEquals(1, timer.wakes);
        assertEquals(Poll.ready(Instant.ofEpochMilli(57)), second.poll(cx));
    }

    @Test
    void periodThatIsNotPositiveIsRefusedByValue() {
        assertEquals(
                "period must be positive, but was PT0S",
                assertThrows(IllegalArgumentException.class, () -> Time.interval(Duration.ZERO))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Time.interval(Duration.ofMillis(-1)));
    }

    @Test
    void longestPeriodNeverTicksTwice() throws Exception {
        var interval = Time.interval(Duration.ofSeconds(Long.MAX_VALUE), MissedTick.SKIP);
        assertTrue(interval.tick().poll(cx).isReady());
        timer.advanceTo(Long.MAX_VALUE - 1);
        assertFalse(interval.tick().poll(cx).isReady());
    }

    @Test
    void resetIgnoresThePolicy() throws Exception {
        var interval = Time.interval(PERIOD, MissedTick.SKIP);
        assertTrue(interval.tick().poll(cx).isReady());
        timer.advance(Duration.ofMillis(20));
        interval.reset();
        var tick = interval.tick();
        timer.advance(Duration.ofMillis(49));
        assertFalse(tick.poll(cx).isReady());
        interval.resetImmediately();
        assertEquals(Poll.ready(Instant.ofEpochMilli(69)), tick.poll(cx));
    }

    @Test
    void resetToAPastInstantAppliesThePolicy() throws Exception {
        timer.advance(Duration.ofMillis(175));
        var interval = Time.interval(PERIOD, MissedTick.SKIP);
        interval.resetAt(Instant.EPOCH);
        drain(interval);
        assertEquals(List.of("175: 0"), ticks);
    }

    @Test
    void resetMovesATickThatIsAwaited() throws Exception {
        var interval = Time.interval(PERIOD);
        assertTrue(interval.tick().poll(cx).isReady());
        var tick = interval.tick();
        assertFalse(tick.poll(cx).isReady());
        interval.resetAfter(Duration.ofMillis(10));
        timer.advance(Duration.ofMillis(10));
        assertEquals(1, timer.wakes);
        assertTrue(tick.poll(cx).isReady());
    }

    @Test
    void secondTickAtTheSameTimeIsAnError() throws Exception {
        var interval = Time.interval(PERIOD);
        assertTrue(interval.tick().poll(cx).isReady());
        var waiting = interval.tick();
        assertFalse(waiting.poll(cx).isReady());
        assertThrows(IllegalStateException.class, () -> interval.tick().poll(cx));
    }
}
