// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.io.AsyncRead;
import dev.wakeful.io.AsyncWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The suites pass what is right, and name the rule that each mistake breaks.
class ConformanceTest {
    @Test
    void aRuleIsLeftOutWithAReasonAndNotByAWrongName() {
        var suite = LockContract.of(() -> new SimpleLock(null)::lock);
        assertEquals(8, suite.except("FIFO", "it is a lottery").tests().count());
        assertEquals(
                "reason must say why the rule is left out, but was blank",
                assertThrows(IllegalArgumentException.class, () -> suite.except("LAZY", " "))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> suite.except("FIFA", "typo"))
                .getMessage()
                .endsWith("but was FIFA"));
    }

    @Test
    void theErrorNamesEachBrokenRule() {
        var suite = LockContract.of(() -> new SimpleLock(SimpleLock.Mistake.LIFO)::lock);
        var error = assertThrows(AssertionError.class, suite::verify);
        assertTrue(
                error.getMessage().contains("FIFO (those who wait are served in the order in which they came): "),
                error.getMessage());
    }

    // ------------------------------------------------------------------------------------------------- locks

    /// A lock with a queue, and the mistakes that one can make in it.
    private static final class SimpleLock {
        enum Mistake {
            LIFO("FIFO"),
            NOT_EXCLUSIVE("EXCLUSIVE"),
            EAGER("LAZY"),
            REQUEUES("SPURIOUS"),
            STAYS_QUEUED("CANCEL_WAITING"),
            KEEPS_THE_GRANT("CANCEL_GRANTED"),
            RELEASES_TWICE("CLOSE_TWICE");

            final String rule;

            Mistake(String rule) {
                this.rule = rule;
            }
        }

        private final @Nullable Mistake mistake;
        private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
        private boolean held;

        SimpleLock(@Nullable Mistake mistake) {
            this.mistake = mistake;
        }

        Future<AutoCloseable> lock() {
            var waiting = new Waiting();
            if (mistake == Mistake.EAGER) {
                waiting.tryTake();
            }
            return waiting;
        }

        private void release() {
            Waiting next = mistake == Mistake.LIFO ? queue.pollLast() : queue.pollFirst();
            if (next == null) {
                held = false;
            } else {
                next.granted = true;
                next.waker.wake();
            }
        }

        private final class Waiting extends CheckedFuture<AutoCloseable> {
            private Waker waker = Waker.noop();
            private boolean granted;

            private void tryTake() {
                if (!granted && (!held || mistake == Mistake.NOT_EXCLUSIVE) && queue.isEmpty()) {
                    held = true;
                    granted = true;
                }
            }

            @Override
            protected Object advance(Context cx) {
                tryTake();
                if (granted) {
                    return guard();
                }
                waker = cx.waker();
                if (mistake == Mistake.REQUEUES) {
                    queue.remove(this);
                }
                if (!queue.contains(this)) {
                    queue.add(this);
                }
                return PENDING;
            }

            private AutoCloseable guard() {
                var closed = new boolean[1];
                return () -> {
                    if (!closed[0] || mistake == Mistake.RELEASES_TWICE) {
                        closed[0] = true;
                        SimpleLock.this.release();
                    }
                };
            }

            @Override
            protected boolean release(Context cx) {
                if (granted) {
                    if (mistake != Mistake.KEEPS_THE_GRANT) {
                        SimpleLock.this.release();
                    }
                } else if (mistake != Mistake.STAYS_QUEUED) {
                    queue.remove(this);
                }
                return true;
            }

            @Override
            public void describe(dev.wakeful.Description to) {
                to.label("lock");
                to.waitsFor("the lock", null);
            }
        }
    }

    @Nested
    class Locks {
        @Test
        void aCorrectOnePasses() {
            LockContract.of(() -> new SimpleLock(null)::lock).verify();
        }

        @ParameterizedTest
        @EnumSource(SimpleLock.Mistake.class)
        void eachMistakeBreaksItsRule(SimpleLock.Mistake mistake) {
            List<String> broken =
                    LockContract.of(() -> new SimpleLock(mistake)::lock).broken();
            assertTrue(broken.contains(mistake.rule), mistake + " breaks " + broken);
        }
    }

    // ------------------------------------------------------------------------------------------------- channels

    /// A bounded channel for one receiver at a time, and the mistakes that one can make in it.
    private static final class SimpleChannel implements ChannelContract.Subject {
        enum Mistake {
            REVERSED("ORDER"),
            EAGER_RECEIVE("LAZY"),
            FORGETS_TO_WAKE("WAKES"),
            UNBOUNDED("CAPACITY"),
            LOSES_THE_GRANT("CANCEL_GRANTED"),
            SENDS_ANYWAY("CANCEL_SEND"),
            DROPS_AT_END("DRAINS"),
            SILENT_END("END_WAKES");

            final String rule;

            Mistake(String rule) {
                this.rule = rule;
            }
        }

        private final @Nullable Mistake mistake;
        private final ArrayDeque<Integer> values = new ArrayDeque<>();
        private final ArrayDeque<Waker> receivers = new ArrayDeque<>();
        private final ArrayDeque<Waker> senders = new ArrayDeque<>();
        private boolean closed;
        private boolean swallows;

        SimpleChannel(@Nullable Mistake mistake) {
            this.mistake = mistake;
        }

        @Override
        public int capacity() {
            return 2;
        }

        private static void wakeAll(ArrayDeque<Waker> wakers) {
            List<Waker> woken = new ArrayList<>(wakers);
            wakers.clear();
            woken.forEach(Waker::wake);
        }

        private @Nullable Integer take() {
            Integer value = mistake == Mistake.REVERSED ? values.pollLast() : values.pollFirst();
            if (value != null) {
                wakeAll(senders);
            }
            return value;
        }

        @Override
        public Future<?> send(int value) {
            return new CheckedFuture<@Nullable Void>() {
                @Override
                protected @Nullable Object advance(Context cx) {
                    if (values.size() >= capacity() && mistake != Mistake.UNBOUNDED) {
                        senders.add(cx.waker());
                        return PENDING;
                    }
                    if (swallows) {
                        swallows = false;
                        return null;
                    }
                    values.add(value);
                    if (mistake != Mistake.FORGETS_TO_WAKE) {
                        wakeAll(receivers);
                    }
                    return null;
                }

                @Override
                protected boolean release(Context cx) {
                    if (mistake == Mistake.SENDS_ANYWAY) {
                        values.add(value);
                    }
                    senders.remove(cx.waker());
                    senders.clear();
                    return true;
                }
            };
        }

        @Override
        public Future<@Nullable Integer> receive() {
            if (mistake == Mistake.EAGER_RECEIVE) {
                receivers.add(Waker.noop());
                swallows = true;
            }
            return new CheckedFuture<>() {
                private boolean waited;

                @Override
                protected @Nullable Object advance(Context cx) {
                    Integer value = take();
                    if (value != null || closed) {
                        return value;
                    }
                    waited = true;
                    receivers.add(cx.waker());
                    return PENDING;
                }

                @Override
                protected boolean release(Context cx) {
                    receivers.clear();
                    if (mistake == Mistake.LOSES_THE_GRANT && waited) {
                        values.pollFirst();
                    }
                    return true;
                }
            };
        }

        @Override
        public void close() {
            closed = true;
            if (mistake == Mistake.DROPS_AT_END) {
                values.clear();
            }
            if (mistake != Mistake.SILENT_END) {
                wakeAll(receivers);
            }
        }
    }

    @Nested
    class Channels {
        @Test
        void aCorrectOnePasses() {
            ChannelContract.of(() -> new SimpleChannel(null))
                    .except("SCHEDULES", "the receiver that gives up forgets the others, as there is one at a time")
                    .verify();
        }

        @ParameterizedTest
        @EnumSource(SimpleChannel.Mistake.class)
        void eachMistakeBreaksItsRule(SimpleChannel.Mistake mistake) {
            List<String> broken =
                    ChannelContract.of(() -> new SimpleChannel(mistake)).broken();
            assertTrue(broken.contains(mistake.rule), mistake + " breaks " + broken);
        }
    }

    // ------------------------------------------------------------------------------------------------- bytes

    /// A pipe in memory, and the mistakes that one can make in it.
    private static final class SimplePipe implements BytesContract.Subject, AsyncRead, AsyncWrite {
        enum Mistake {
            REORDERS("ARRIVES"),
            END_ONCE("END_REPEATS"),
            FULL_BUFFER_IS_END("EMPTY"),
            MOVES_LIMIT("POSITIONS"),
            FORGETS_TO_WAKE("WAKES"),
            KEEPS_TARGET("BORROWED"),
            KEEPS_SOURCE("BORROWED"),
            READ_TAKES_EARLY("CANCEL_READ"),
            UNBOUNDED("BACK_PRESSURE"),
            MOVES_WHEN_FULL("CANCEL_WRITE"),
            WRITES_AFTER_END("SHUT_DOWN");

            final String rule;

            Mistake(String rule) {
                this.rule = rule;
            }
        }

        private static final int ROOM = 10_000;

        private final Set<Mistake> mistakes;
        private final TestRuntime runtime =
                TestRuntime.builder().seed(1).maxSteps(100_000).build();
        private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
        private int unread;
        private boolean ended;
        private boolean endSeen;
        private @Nullable Waker reading;
        private @Nullable Waker writing;
        private @Nullable ByteBuffer kept;
        private boolean skips;

        SimplePipe(Set<Mistake> mistakes) {
            this.mistakes = mistakes;
        }

        private boolean has(Mistake mistake) {
            return mistakes.contains(mistake);
        }

        @Override
        public AsyncWrite writer() {
            return this;
        }

        @Override
        public AsyncRead reader() {
            return this;
        }

        @Override
        public <T extends @Nullable Object> T run(Future<T> future) throws Exception {
            return runtime.blockOn(future);
        }

        @Override
        public void close() {
            // nothing to free
        }

        @Override
        public int pollRead(Context cx, ByteBuffer target) throws IOException {
            if (!target.hasRemaining()) {
                return has(Mistake.FULL_BUFFER_IS_END) ? EOF : 0;
            }
            ByteBuffer next = chunks.peek();
            if (next == null) {
                if (ended) {
                    if (endSeen && has(Mistake.END_ONCE)) {
                        throw new IOException("ended before");
                    }
                    endSeen = true;
                    return EOF;
                }
                reading = cx.waker();
                kept = has(Mistake.KEEPS_TARGET) ? target : null;
                skips = has(Mistake.READ_TAKES_EARLY);
                return PENDING;
            }
            int count = Math.min(target.remaining(), next.remaining());
            target.put(next.slice(next.position(), count));
            next.position(next.position() + count);
            if (!next.hasRemaining()) {
                chunks.remove();
            }
            unread -= count;
            if (writing != null) {
                writing.wake();
                writing = null;
            }
            return count;
        }

        @Override
        public int pollWrite(Context cx, ByteBuffer source) throws IOException {
            if (ended && !has(Mistake.WRITES_AFTER_END)) {
                throw new IOException("the output has ended");
            }
            int count = has(Mistake.UNBOUNDED) ? source.remaining() : Math.min(source.remaining(), ROOM - unread);
            if (count == 0 && source.hasRemaining()) {
                writing = cx.waker();
                if (has(Mistake.MOVES_WHEN_FULL)) {
                    source.position(source.limit());
                }
                return PENDING;
            }
            if (count > 0) {
                accept(source, count);
            }
            return count;
        }

        private void accept(ByteBuffer source, int count) {
            ByteBuffer bytes = has(Mistake.KEEPS_SOURCE)
                    ? source.slice(source.position(), count)
                    : ByteBuffer.allocate(count)
                            .put(source.slice(source.position(), count))
                            .flip();
            source.position(source.position() + count);
            if (has(Mistake.MOVES_LIMIT)) {
                source.limit(source.capacity());
            }
            if (kept != null) {
                kept.put(0, bytes.get(0));
            }
            if (skips) {
                skips = false;
                return;
            }
            if (has(Mistake.REORDERS)) {
                chunks.addFirst(bytes);
            } else {
                chunks.add(bytes);
            }
            unread += count;
            wakeReader();
        }

        private void wakeReader() {
            if (reading != null && !has(Mistake.FORGETS_TO_WAKE)) {
                reading.wake();
            }
            reading = null;
        }

        @Override
        public boolean pollFlush(Context cx) {
            return true;
        }

        @Override
        public boolean pollShutdown(Context cx) {
            ended = true;
            wakeReader();
            return true;
        }
    }

    @Nested
    class Bytes {
        @Test
        void aCorrectPipePasses() {
            BytesContract.of(() -> new SimplePipe(EnumSet.noneOf(SimplePipe.Mistake.class)))
                    .verify();
        }

        @ParameterizedTest
        @EnumSource(SimplePipe.Mistake.class)
        void eachMistakeBreaksItsRule(SimplePipe.Mistake mistake) {
            List<String> broken =
                    BytesContract.of(() -> new SimplePipe(EnumSet.of(mistake))).broken();
            assertTrue(broken.contains(mistake.rule), mistake + " breaks " + broken);
        }
    }
}
