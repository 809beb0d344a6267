// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Debounce, sample and throttle.
class PacedTest {
    private final FakeTimer timer = new FakeTimer();
    private final Context cx = timer.context();
    private final Feed feed = new Feed();
    private final List<String> trace = new ArrayList<>();

    /// A channel of the poorest kind, for a test that may know the module `sync` not.
    private static final class Feed implements Source<String> {
        private final ArrayDeque<String> values = new ArrayDeque<>();
        private boolean closed;
        private @Nullable Exception cause;
        private @Nullable Waker waker;
        int asked;
        int givenUp;

        void put(String... more) {
            values.addAll(List.of(more));
            wake();
        }

        void close(@Nullable Exception cause) {
            this.cause = cause;
            closed = true;
            wake();
        }

        private void wake() {
            if (waker != null) {
                waker.wake();
                waker = null;
            }
        }

        @Override
        public Future<@Nullable String> next() {
            asked++;
            return new CheckedFuture<>() {
                @Override
                protected @Nullable Object advance(Context cx) throws Exception {
                    if (!values.isEmpty()) {
                        return values.poll();
                    }
                    if (!closed) {
                        waker = cx.waker();
                        return PENDING;
                    }
                    if (cause != null) {
                        throw cause;
                    }
                    return null;
                }

                @Override
                protected boolean release(Context cx) {
                    givenUp++;
                    return true;
                }
            };
        }
    }

    private @Nullable Future<@Nullable String> asking;

    /// Goes on by some milliseconds and notes what comes out, with the time.
    private void go(Source<String> source, long millis) throws Exception {
        for (long at = 0; at <= millis; at++) {
            while (true) {
                Future<@Nullable String> next = asking == null ? source.next() : asking;
                if (!(next.poll(cx) instanceof Poll.Ready<String>(var value))) {
                    asking = next;
                    break;
                }
                asking = null;
                trace.add(timer.nanos() / 1_000_000 + ": " + value);
                if (value == null) {
                    return;
                }
            }
            if (at < millis) {
                timer.advance(Duration.ofMillis(1));
            }
        }
    }

    @Test
    void debounceGivesTheLatestOnceItIsQuiet() throws Exception {
        var calm = Time.debounce(Duration.ofMillis(10), feed);
        go(calm, 3);
        feed.put("a");
        go(calm, 9);
        feed.put("b", "c");
        go(calm, 30);
        feed.put("d");
        feed.close(null);
        go(calm, 1);
        assertEquals(List.of("22: c", "42: d", "42: null"), trace);
    }

    @Test
    void sampleGivesTheLatestOnEachBeat() throws Exception {
        var beat = Time.sample(Duration.ofMillis(10), feed);
        go(beat, 3);
        feed.put("a");
        go(beat, 4);
        feed.put("b");
        go(beat, 30);
        feed.put("c");
        go(beat, 20);
        feed.put("d");
        feed.close(null);
        go(beat, 1);
        assertEquals(List.of("10: b", "40: c", "57: d", "57: null"), trace);
    }

    @Test
    void throttleGivesAllAndKeepsADistance() throws Exception {
        var slow = Time.throttle(Duration.ofMillis(10), feed);
        feed.put("a", "b", "c");
        go(slow, 15);
        assertEquals(2, feed.asked);
        assertEquals(List.of("c"), List.copyOf(feed.values));
        feed.close(null);
        go(slow, 40);
        assertEquals(List.of("0: a", "10: b", "20: c", "30: null"), trace);
    }

    @Test
    void failureComesAfterTheValueThatWaitsAndThenTheEnd() throws Exception {
        var calm = Time.debounce(Duration.ofMillis(10), feed);
        var broken = new IOException("broken");
        feed.put("a");
        feed.close(broken);
        assertEquals(Poll.ready("a"), calm.next().poll(cx));
        assertSame(broken, assertThrows(IOException.class, () -> calm.next().poll(cx)));
        assertEquals(Poll.ready(null), calm.next().poll(cx));
        var slow = Time.throttle(Duration.ZERO, feed);
        assertSame(broken, assertThrows(IOException.class, () -> slow.next().poll(cx)));
        assertEquals(Poll.ready(null), slow.next().poll(cx));
    }

    @Test
    void givingUpLosesNothingAndAsksAnew() throws Exception {
        var calm = Time.debounce(Duration.ofMillis(10), feed);
        feed.put("a");
        var next = calm.next();
        assertFalse(next.poll(cx).isReady());
        assertTrue(next.pollCancel(cx).isReady());
        assertEquals(1, feed.givenUp);
        assertEquals(0, timer.armed());
        timer.advance(Duration.ofMillis(10));
        assertEquals(Poll.ready("a"), calm.next().poll(cx));
    }

    @Test
    void whoWaitsIsWokenWhenTheTimeHasCome() throws Exception {
        var calm = Time.debounce(Duration.ofMillis(10), feed);
        var next = calm.next();
        assertFalse(next.poll(cx).isReady());
        feed.put("a");
        assertEquals(1, timer.wakes);
        assertFalse(next.poll(cx).isReady());
        timer.advance(Duration.ofMillis(10));
        assertEquals(2, timer.wakes);
        assertEquals(Poll.ready("a"), next.poll(cx));
        assertEquals(0, timer.armed());
    }

    @Test
    void sourceThatIsAlwaysReadyLetsOthersRun() throws Exception {
        var budget = new int[] {20};
        var bounded = new Context() {
            @Override
            public Waker waker() {
                return cx.waker();
            }

            @Override
            public <V> V find(Key<V> key) {
                return cx.find(key);
            }

            @Override
            public boolean hasBudget() {
                return budget[0] > 0;
            }

            @Override
            public void spendBudget() {
                budget[0]--;
            }
        };
        var calm = Time.debounce(Duration.ofMillis(10), () -> Future.ready("again"));
        assertFalse(calm.next().poll(bounded).isReady());
        assertEquals(0, budget[0]);
    }

    @Test
    void secondValueAtTheSameTimeIsAnError() throws Exception {
        var calm = Time.debounce(Duration.ofMillis(10), feed);
        assertFalse(calm.next().poll(cx).isReady());
        assertEquals(
                "the next value of this source is awaited already: debounce[PT0.01S].next",
                assertThrows(IllegalStateException.class, () -> calm.next().poll(cx))
                        .getMessage());
    }

    @Test
    void badDurationsAreRefusedByValue() {
        assertThrows(IllegalArgumentException.class, () -> Time.debounce(Duration.ofMillis(-1), feed));
        assertThrows(IllegalArgumentException.class, () -> Time.throttle(Duration.ofMillis(-1), feed));
        assertEquals(
                "period must be positive, but was PT0S",
                assertThrows(IllegalArgumentException.class, () -> Time.sample(Duration.ZERO, feed))
                        .getMessage());
    }

    @Test
    void longestDurationsDoNotOverflow() throws Exception {
        var calm = Time.debounce(Duration.ofSeconds(Long.MAX_VALUE), feed);
        timer.advance(Duration.ofMillis(5));
        feed.put("a");
        assertFalse(calm.next().poll(cx).isReady());
        var beat = Time.sample(Duration.ofSeconds(Long.MAX_VALUE), Future::pending);
        assertFalse(beat.next().poll(cx).isReady());
        var slow = Time.throttle(Duration.ofSeconds(Long.MAX_VALUE), () -> Future.ready("a"));
        assertTrue(slow.next().poll(cx).isReady());
        assertFalse(slow.next().poll(cx).isReady());
    }
}
