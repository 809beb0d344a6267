// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// When alarms go off, on a clock that the test moves.
class WheelTimerTest {
    private static final long MICROS = 1_000;
    private static final long MILLIS = 1_000_000;

    private final AtomicLong time = new AtomicLong(5);
    private final WheelTimer timer = new WheelTimer(new Clock(time::get, Instant.EPOCH), new WheelTimer.Driving() {
        @Override
        public boolean enter() {
            return true;
        }

        @Override
        public void leave() {}

        @Override
        public void unpark() {}
    });

    /// Arms an alarm as a sleep does, that asks for the time first.
    ///
    /// @return the times at which it woke
    private List<Long> sleep(long nanos) {
        var woken = new ArrayList<Long>();
        long deadline = Timer.after(timer.nanos(), nanos);
        timer.alarm().arm(deadline, Waker.of(() -> woken.add(time.get() - 5)));
        return woken;
    }

    /// Moves the clock to what the timer waits for, as a thread that parks does, until nothing is left.
    private void run() {
        for (long wait = timer.nanosToNext(); wait != Long.MAX_VALUE; wait = timer.nanosToNext()) {
            time.addAndGet(wait);
            timer.advance();
        }
    }

    @Test
    void shortSleepEndsWithinATickOf31Microseconds() {
        List<Long> woken = sleep(200 * MICROS);
        run();
        assertEquals(List.of(218_750L), woken);
    }

    @Test
    void whatIsFartherEndsAtAWholeMillisecond() {
        List<Long> first = sleep(1_200 * MICROS);
        List<Long> second = sleep(1_900 * MICROS);
        run();
        assertEquals(List.of(2 * MILLIS), first);
        assertEquals(first, second, "they go off together");
    }

    @Test
    void alarmThatIsArmedAgainWhenItIsNearBecomesExact() {
        var woken = new ArrayList<Long>();
        Timer.Alarm alarm = timer.alarm();
        alarm.arm(1_300 * MICROS, Waker.of(() -> woken.add(time.get() - 5)));
        time.addAndGet(500 * MICROS);
        assertEquals(500 * MICROS, timer.nanos());
        alarm.arm(1_300 * MICROS, Waker.of(() -> woken.add(time.get() - 5)));
        run();
        assertEquals(List.of(1_312_500L), woken);
    }

    @Test
    void noSleepOfAnyLengthEndsEarlyNorAMillisecondLate() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long begin = time.get() - 5;
            long nanos = random.nextLong(1L << random.nextInt(45));
            List<Long> woken = sleep(nanos);
            run();
            long took = woken.getFirst() - begin;
            long most = nanos <= MILLIS ? 31_250 : MILLIS;
            assertTrue(took >= nanos && took - nanos <= most, "a sleep of " + nanos + " ns took " + took);
        }
    }

    @Test
    void longestSleepIsNeverDue() {
        List<Long> woken = sleep(Long.MAX_VALUE);
        time.addAndGet(365L * 86_400 * 1_000 * MILLIS);
        timer.advance();
        assertEquals(List.of(), woken);
        assertEquals(1, timer.size());
    }
}
