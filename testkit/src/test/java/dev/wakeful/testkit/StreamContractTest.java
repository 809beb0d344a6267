// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.stream.AsyncStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The suite for streams passes one that is right, and names the rule that each mistake breaks; and the scripted
/// stream.
class StreamContractTest {
    /// A queue of what comes, and the mistakes that one can make in it.
    private static final class Queue implements StreamContract.Subject, AsyncStream<Integer> {
        enum Mistake {
            LIFO("ORDER"),
            TAKES_WHEN_MADE("LAZY"),
            FORGETS_TO_WAKE("WAKES"),
            KEEPS_THE_FIRST_WAKER("LATEST_WAKER"),
            COUNTS_POLLS("SPURIOUS"),
            GIVING_UP_ENDS_IT("CANCEL_NEXT"),
            GRANTS_AT_ONCE("CANCEL_WOKEN"),
            END_IS_SAID_ONCE("END"),
            END_IS_SILENT("END_WAKES"),
            WRAPS_FAILURES("FAILS"),
            FAILS_AGAIN("FAILS"),
            NEVER_WOUND_DOWN("WINDS_DOWN");

            final String rule;

            Mistake(String rule) {
                this.rule = rule;
            }
        }

        private final @Nullable Mistake mistake;
        private final ArrayDeque<Integer> values = new ArrayDeque<>();
        private @Nullable Waker waiting;
        private @Nullable Exception failure;
        private boolean ended;
        private int pending;

        Queue(@Nullable Mistake mistake) {
            this.mistake = mistake;
        }

        @Override
        public AsyncStream<Integer> stream() {
            return this;
        }

        @Override
        public Future<@Nullable Integer> next() {
            if (mistake == Mistake.TAKES_WHEN_MADE) {
                values.poll();
            }
            return AsyncStream.super.next();
        }

        @Override
        public Poll<@Nullable Integer> pollNext(Context cx) throws Exception {
            Integer value = mistake == Mistake.LIFO ? values.pollLast() : values.poll();
            if (value != null) {
                pending = 0;
                return Poll.ready(value);
            }
            if (failure != null) {
                return failing(failure);
            }
            if (ended) {
                ended = mistake != Mistake.END_IS_SAID_ONCE;
                return Poll.ready(null);
            }
            if (mistake == Mistake.COUNTS_POLLS && ++pending > 4) {
                return Poll.ready(-1);
            }
            Waker now = cx.waker();
            waiting = mistake == Mistake.KEEPS_THE_FIRST_WAKER && waiting != null ? waiting : now;
            return Poll.pending();
        }

        private Poll<@Nullable Integer> failing(Exception thrown) throws Exception {
            if (mistake != Mistake.FAILS_AGAIN) {
                failure = null;
                ended = true;
            }
            throw mistake == Mistake.WRAPS_FAILURES ? new IOException(thrown) : thrown;
        }

        @Override
        public void forgetNext() {
            if (mistake == Mistake.GRANTS_AT_ONCE) {
                values.clear();
            }
            waiting = null;
            ended |= mistake == Mistake.GIVING_UP_ENDS_IT;
        }

        @Override
        public Poll<@Nullable Void> pollCancel(Context cx) {
            return mistake == Mistake.NEVER_WOUND_DOWN ? Poll.pending() : Poll.ready(null);
        }

        private void wake(boolean silent) {
            Waker woken = waiting;
            waiting = null;
            if (woken != null && !silent) {
                woken.wake();
            }
        }

        @Override
        public void emit(int value) {
            if (mistake == Mistake.LIFO && value == 1) {
                values.add(9);
            }
            values.add(value);
            wake(mistake == Mistake.FORGETS_TO_WAKE);
        }

        @Override
        public void end() {
            ended = true;
            wake(mistake == Mistake.END_IS_SILENT);
        }

        @Override
        public void fail(Exception thrown) {
            failure = thrown;
            wake(false);
        }
    }

    @TestFactory
    Stream<DynamicTest> aRightStreamKeepsEveryRule() {
        return StreamContract.of(() -> new Queue(null)).tests();
    }

    @ParameterizedTest
    @EnumSource(Queue.Mistake.class)
    void aPlantedMistakeIsFoundByTheNameOfItsRule(Queue.Mistake mistake) {
        List<String> broken = StreamContract.of(() -> new Queue(mistake)).broken();
        assertTrue(broken.contains(mistake.rule), mistake + " breaks " + mistake.rule + ", but found was " + broken);
    }

    @Test
    void nextIsLazyAndNamesWhatItWaitsFor() throws Exception {
        var stream = ScriptedStream.<String>script().emit("a").end();
        stream.next();
        PollProbe.of(stream.next()).assertReady("a");
        PollProbe.of(stream.next()).assertReady((String) null);
        PollProbe.of(stream.next()).assertReady((String) null);
        stream.assertDone();
    }

    @Test
    void aLambdaIsAStream() throws Exception {
        AsyncStream<Integer> ones = cx -> Poll.ready(1);
        PollProbe.of(ones.next()).assertReady(1);
        assertTrue(ones.pollCancel(Context.of(Waker.noop())).isReady());
    }

    @Nested
    class Scripted {
        @Test
        void valuesComeInOrderAndInTheirTime() throws Exception {
            var stream = ScriptedStream.<Integer>script()
                    .emit(1, 2)
                    .pause(ofSeconds(2))
                    .pending()
                    .emit(3)
                    .end();
            List<@Nullable Integer> seen = new ArrayList<>();
            try (var runtime = TestRuntime.withSeed(1)) {
                for (int i = 0; i < 5; i++) {
                    seen.add(runtime.blockOn(stream.next()));
                    assertEquals(ofSeconds(i < 2 ? 0 : 2), runtime.now());
                }
            }
            assertEquals(java.util.Arrays.asList(1, 2, 3, null, null), seen);
            stream.assertDone();
        }

        @Test
        void aFailureIsThrownOnceAndIsTheEnd() throws Exception {
            var failure = new IOException("planted");
            var stream = ScriptedStream.<Integer>script()
                    .emit(1)
                    .fail(failure)
                    .emit(2)
                    .end();
            try (var runtime = TestRuntime.withSeed(1)) {
                assertEquals(1, runtime.blockOn(stream.next()));
                assertEquals(failure, assertThrows(IOException.class, () -> runtime.blockOn(stream.next())));
                assertNull(runtime.blockOn(stream.next()));
            }
        }

        @Test
        void aNextThatIsGivenUpInAPauseLeavesNoTimerAndLosesNothing() throws Exception {
            var stream =
                    ScriptedStream.<Integer>script().pause(ofSeconds(1)).emit(1).end();
            try (var runtime = TestRuntime.withSeed(1)) {
                var waiting = runtime.spawn(stream.next());
                runtime.runUntilIdle();
                waiting.abort("not wanted");
                runtime.runUntilIdle();
                assertEquals(List.of(), runtime.leftOver());
                assertEquals(1, runtime.blockOn(stream.next()));
            }
        }

        @Test
        void whatIsLeftIsNamedAndSoIsAPollAfterTheCancel() throws Exception {
            var stream = ScriptedStream.<Integer>script().emit(7).end();
            assertEquals(
                    "the script is not done, 1 steps are left, the first is the value 7",
                    assertThrows(AssertionError.class, stream::assertDone).getMessage());
            stream.pollCancel(Context.of(Waker.noop()));
            assertTrue(stream.isCancelled());
            assertEquals(
                    "stream was polled after it had been cancelled: ScriptedStream[steps=1]",
                    assertThrows(IllegalStateException.class, () -> stream.pollNext(Context.of(Waker.noop())))
                            .getMessage());
        }
    }
}
