// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.wakeful.Context;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final StoppedTimer timer = new StoppedTimer();
    private final Context bare = Context.of(Waker.noop()).with(Timer.KEY, timer);

    @Test
    void earliestOfNestedDeadlinesCounts() {
        Context outer = Deadline.nest(bare, 100);
        Context earlier = Deadline.nest(outer, 60);
        assertEquals(new Deadline(100), outer.find(Deadline.KEY));
        assertEquals(new Deadline(60), earlier.find(Deadline.KEY));
        assertSame(earlier, Deadline.nest(earlier, 80));
    }

    @Test
    void calleeReadsTheDeadlineAndTheTimeThatIsLeft() throws Exception {
        timer.now = 40;
        Context cx = Deadline.nest(bare, 100);
        assertEquals(Poll.ready(new Deadline(100)), Deadline.current().poll(cx));
        assertEquals(Poll.ready(Duration.ofNanos(60)), Deadline.remaining().poll(cx));
        timer.now = 200;
        assertEquals(Poll.ready(Duration.ZERO), Deadline.remaining().poll(cx));
    }

    @Test
    void withoutADeadlineThereIsNone() throws Exception {
        assertNull(bare.find(Deadline.KEY));
        assertEquals(Poll.ready(null), Deadline.current().poll(bare));
        assertEquals(Poll.ready(null), Deadline.remaining().poll(bare));
    }

    private static final class StoppedTimer implements Timer {
        long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public Instant origin() {
            return Instant.EPOCH;
        }

        @Override
        public Alarm alarm() {
            throw new AssertionError("nothing is armed here");
        }
    }
}
