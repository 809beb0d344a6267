// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.task.Trace;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules R1 to R12 over every future of the contract that can wait.
class ContractTest {
    /// A kind of future over two leaves.
    record Kind(String name, Function<Fixture, Future<?>> maker) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// One future of a kind, and what it is made of.
    static final class Fixture {
        final List<String> trace = new ArrayList<>();
        final Leaf<Integer> a = new Leaf<>("a", trace);
        final Leaf<Integer> b = new Leaf<>("b", trace);
        final CountingWaker waker = new CountingWaker();
        final Future<?> future;

        Fixture(Kind kind) {
            future = kind.maker.apply(this);
        }

        Poll<?> poll() throws Exception {
            return future.poll(waker.cx());
        }

        /// Completes the leaves, and polls until the future has completed.
        void toTheEnd() throws Exception {
            a.complete(1);
            b.complete(2);
            for (int i = 0; i < 10; i++) {
                if (poll().isReady()) {
                    return;
                }
            }
            throw new AssertionError("never ready: " + future);
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("map", f -> f.a.map(x -> x + 1)),
                new Kind("then", f -> f.a.then(x -> f.b)),
                new Kind("recover", f -> f.a.recover(x -> 0)),
                new Kind("shared", f -> f.a.shared()),
                new Kind("shared twice", f -> f.a.shared().shared()),
                new Kind("join of two", f -> Futures.join(f.a, f.b)),
                new Kind("join of three", f -> Futures.join(f.a, f.b, Future.ready(3))),
                new Kind("joinAll", f -> Futures.joinAll(List.of(f.a, f.b))),
                new Kind("race", f -> Futures.race(f.a, f.b)),
                new Kind("firstSuccess", f -> Futures.firstSuccess(f.a, f.b)),
                new Kind("select", f -> Futures.select(f.a, f.b)),
                new Kind("selectAll", f -> Futures.selectAll(List.of(f.a, f.b))),
                new Kind(
                        "Select",
                        f -> Select.<Integer>of()
                                .on(f.a, Hand.block(x -> Future.ready(x)))
                                .on(f.b, Hand.block(x -> Future.ready(x)))),
                new Kind("catching", f -> Futures.catching(f.a)),
                new Kind("abortable", f -> Futures.abortable(f.a)),
                new Kind("handOver", f -> Futures.handOver(f.a)),
                new Kind("leaf", f -> f.a));
    }

    @Nested
    class R1Lazy {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void makingItHasNoEffect(Kind kind) {
            assertEquals(List.of(), new Fixture(kind).trace);
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void theFirstPollStartsIt(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.poll();
            assertEquals("poll a", f.trace.getFirst());
        }
    }

    @Nested
    class R2OnePollAtATime {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void aWakeDoesNotPoll(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.poll();
            f.a.wakeOnly();
            f.waker.wake();
            assertEquals(1, Collections.frequency(f.trace, "poll a"));
        }
    }

    @Nested
    class R3PendingIsAPromise {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void theWakerOfTheLatestPollIsWoken(Kind kind) throws Exception {
            var f = new Fixture(kind);
            var older = new CountingWaker();
            assertFalse(f.future.poll(older.cx()).isReady());
            assertFalse(f.poll().isReady());
            f.a.complete(1);
            assertTrue(f.waker.isWoken());
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void aPendingPollHasAskedForTheWaker(Kind kind) throws Exception {
            var f = new Fixture(kind);
            var asked = new boolean[1];
            f.future.poll(new Context() {
                @Override
                public Waker waker() {
                    asked[0] = true;
                    return f.waker;
                }

                @Override
                public <V> @Nullable V find(Key<V> key) {
                    return null;
                }
            });
            assertTrue(asked[0]);
        }
    }

    @Nested
    class R4NoWakeIsLost {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void progressInsideThePollOfASiblingIsNoticed(Kind kind) throws Exception {
            var executor = new StepExecutor();
            var f = new Fixture(kind);
            Future<Integer> meddler = cx -> {
                f.a.complete(1);
                f.b.complete(2);
                return Poll.ready(0);
            };
            var task = executor.spawn(Futures.join(f.future, meddler));
            executor.runAll();
            assertTrue(task.isFinished());
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void progressBetweenPollsIsNoticed(Kind kind) throws Exception {
            var executor = new StepExecutor();
            var f = new Fixture(kind);
            var task = executor.spawn(f.future);
            executor.runAll();
            assertFalse(task.isFinished());
            f.a.complete(1);
            executor.runAll();
            f.b.complete(2);
            executor.runAll();
            assertTrue(task.isFinished());
        }
    }

    @Nested
    class R5WakingIsHarmless {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void afterCompletionAndManyTimes(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.toTheEnd();
            int polls = f.trace.size();
            for (int i = 0; i < 3; i++) {
                assertDoesNotThrow(f.a::wakeOnly);
                assertDoesNotThrow(f.b::wakeOnly);
            }
            assertEquals(polls, f.trace.size());
        }
    }

    @Nested
    class R6SpuriousPollsChangeNothing {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void theOutcomeIsTheSame(Kind kind) throws Exception {
            var f = new Fixture(kind);
            for (int i = 0; i < 10; i++) {
                assertFalse(f.poll().isReady());
            }
            assertFalse(f.trace.contains("poll b") && kind.name.equals("then"));
            f.toTheEnd();
        }
    }

    @Nested
    class R7ReadyIsFinal {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void aLaterPollThrowsAndNamesTheFuture(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.toTheEnd();
            var refused = assertThrows(IllegalStateException.class, f::poll);
            assertTrue(
                    refused.getMessage().startsWith("future was polled after it had returned Ready: "),
                    refused.getMessage());
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void aLaterPollAfterAFailureThrows(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.poll();
            f.a.fail(new IllegalArgumentException("broken"));
            f.b.fail(new IllegalArgumentException("broken too"));
            try {
                for (int i = 0; i < 5 && !f.poll().isReady(); i++) {}
            } catch (IllegalArgumentException expected) {
                assertEquals("broken", expected.getMessage());
            }
            assertThrows(IllegalStateException.class, f::poll);
        }
    }

    @Nested
    class R8OneOwner {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void aPollByASecondTaskIsRefusedUnlessItIsShared(Kind kind) throws Exception {
            var executor = new StepExecutor();
            var f = new Fixture(kind);
            var first = executor.spawn(borrowed(f.future));
            var second = executor.spawn("late", borrowed(f.future));
            executor.runAll();
            if (kind.name.startsWith("shared")) {
                assertFalse(second.isFinished());
                f.a.complete(1);
                executor.runAll();
                assertEquals(1, StepExecutor.result(first));
                assertEquals(1, StepExecutor.result(second));
                return;
            }
            var refused = assertThrows(IllegalStateException.class, () -> StepExecutor.result(second));
            assertTrue(
                    refused.getMessage().startsWith("future belongs to task 1 and was polled by task 2 \"late\": "),
                    refused.getMessage());
            assertTrue(refused.getMessage().endsWith("use shared() to let several tasks await it"));
        }

        /// The same future under another wrapper, which does not care who owns it.
        private static <T extends @Nullable Object> Future<T> borrowed(Future<T> future) {
            return future::poll;
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void aHandedOverFutureGoesOnInAnotherTask(Kind kind) throws Exception {
            var executor = new StepExecutor();
            var f = new Fixture(kind);
            executor.run(Futures.pollOnce(f.future));
            var second = executor.spawn(Futures.handOver(f.future));
            executor.runAll();
            f.a.complete(1);
            f.b.complete(2);
            executor.runAll();
            assertTrue(second.isFinished());
            assertNull(second.failure());
        }
    }

    @Nested
    class R9WindingDown {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void ofANewFutureRunsNothing(Kind kind) throws Exception {
            var f = new Fixture(kind);
            assertTrue(f.future.pollCancel(f.waker.cx()).isReady());
            assertFalse(f.trace.stream().anyMatch(step -> step.startsWith("poll")), f.trace.toString());
            assertThrows(IllegalStateException.class, f::poll);
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void ofAStartedFutureEndsWhatItAwaitsFirst(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.a.withSlowCleanUp();
            f.poll();
            assertFalse(f.future.pollCancel(f.waker.cx()).isReady());
            assertFalse(f.future.pollCancel(f.waker.cx()).isReady());
            f.waker.takeWakes();
            f.a.finishCleanUp();
            assertTrue(f.waker.isWoken(), "the clean-up wakes its owner");
            assertTrue(f.future.pollCancel(f.waker.cx()).isReady());
            assertEquals(1, Collections.frequency(f.trace, "end a"));
            assertThrows(IllegalStateException.class, f::poll);
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void isIdempotent(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.poll();
            for (int i = 0; i < 3; i++) {
                assertTrue(f.future.pollCancel(f.waker.cx()).isReady());
            }
            assertEquals(1, Collections.frequency(f.trace, "end a"));
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void ofACompleteFutureHasNoEffect(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.toTheEnd();
            var before = List.copyOf(f.trace);
            assertTrue(f.future.pollCancel(f.waker.cx()).isReady());
            assertEquals(before, f.trace);
        }

        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void letsAFailureOfTheCleanUpOutOnce(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.a.withFailingCleanUp(new IllegalArgumentException("clean-up"));
            f.poll();
            assertThrows(IllegalArgumentException.class, () -> f.future.pollCancel(f.waker.cx()));
            assertTrue(f.future.pollCancel(f.waker.cx()).isReady());
        }
    }

    @Nested
    class R10PollNeverBlocks {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void theThreadNeitherWaitsNorBlocks(Kind kind) throws Exception {
            var threads = ManagementFactory.getThreadMXBean();
            var f = new Fixture(kind);
            f.poll(); // classes are loaded and linked here, which may block on class loading locks
            var before = threads.getThreadInfo(Thread.currentThread().threadId());
            f.poll();
            f.toTheEnd();
            var after = threads.getThreadInfo(Thread.currentThread().threadId());
            assertEquals(before.getWaitedCount(), after.getWaitedCount());
        }
    }

    @Nested
    class R11CancellingCostsWhatIsDocumented {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void atEachAwaitWhatWasStartedIsEndedOrComplete(Kind kind) throws Exception {
            for (int steps = 0; steps < 3; steps++) {
                var f = new Fixture(kind);
                for (int i = 0; i < steps; i++) {
                    f.poll();
                    if (i == 0 && kind.name.equals("then")) {
                        f.a.complete(1);
                    }
                }
                assertTrue(f.future.pollCancel(f.waker.cx()).isReady());
                for (String leaf : List.of("a", "b")) {
                    boolean complete = leaf.equals("a") && kind.name.equals("then") && steps == 2;
                    boolean started = f.trace.contains("poll " + leaf) && !complete;
                    assertEquals(started ? 1 : 0, Collections.frequency(f.trace, "end " + leaf), f.trace.toString());
                }
            }
        }
    }

    @Nested
    class R12AFutureSaysWhatItWaitsFor {
        @ParameterizedTest
        @MethodSource("dev.wakeful.ContractTest#kinds")
        void theWalkReachesTheLeafAndPollsNothing(Kind kind) throws Exception {
            var f = new Fixture(kind);
            f.poll();
            var before = List.copyOf(f.trace);
            var trace = Trace.of(f.future);
            assertEquals("Leaf[a]", trace.leaf().label());
            assertEquals("the test", trace.leaf().resource());
            assertEquals(before, f.trace);
        }
    }
}
