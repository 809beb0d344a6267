// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.spi.Blocking;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestRuntimeTest {
    private final List<String> trace = new ArrayList<>();

    private Future<Void> say(String words) {
        return Sim.run(() -> trace.add(words));
    }

    private Future<Void> sleepThenSay(Duration time, String words) {
        return Sim.sleep(time).then(v -> say(words));
    }

    @Nested
    class Time {
        @Test
        void advanceFiresInOrderOfDeadlineWithQuiescenceAfterEach() {
            try (var runtime = TestRuntime.withSeed(1)) {
                runtime.spawn(sleepThenSay(ofMillis(30), "c"));
                runtime.spawn(Sim.sleep(ofMillis(10))
                        .then(v -> say("a"))
                        .then(v -> sleepThenSay(ofMillis(10), "b, armed after a fired"))
                        .then(v -> sleepThenSay(ofMillis(5), "still within the same advance")));
                runtime.advance(ofMillis(30));
                assertEquals(List.of("a", "b, armed after a fired", "still within the same advance", "c"), trace);
                assertEquals(ofMillis(30), runtime.now());
            }
        }

        @Test
        void timersOfOneTickFireInOrderOfInsertion() {
            try (var runtime =
                    TestRuntime.builder().seed(1).strategy(Strategy.ROUND_ROBIN).build()) {
                for (String name : List.of("first", "second", "third")) {
                    runtime.spawn(sleepThenSay(ofMillis(10), name));
                }
                runtime.advance(ofMillis(9));
                assertEquals(List.of(), trace);
                runtime.advance(ofMillis(1));
                assertEquals(List.of("first", "second", "third"), trace);
            }
        }

        @Test
        void theClockMovesToTheNextTimerWhenNothingIsReady() throws Exception {
            try (var runtime = TestRuntime.create()) {
                runtime.blockOn(Sim.sleep(ofHours(5)).then(v -> Sim.sleep(ofHours(7))));
                assertEquals(ofHours(12), runtime.now());
            }
        }

        @Test
        void theClockStandsStillUnlessItIsMoved() {
            try (var runtime = TestRuntime.create()) {
                var handle = runtime.spawn(Sim.sleep(ofMillis(1)));
                runtime.runUntilIdle();
                assertFalse(handle.isFinished());
                assertEquals(Duration.ZERO, runtime.now());
                runtime.advance(ofMillis(1));
                assertTrue(handle.isFinished());
            }
        }

        @Test
        void anAdvanceOfTheLongestDurationIsClamped() {
            try (var runtime = TestRuntime.create()) {
                runtime.advance(Duration.ofSeconds(Long.MAX_VALUE));
                assertEquals(Long.MAX_VALUE, runtime.now().toNanos());
            }
        }

        @Test
        void aNegativeAdvanceIsRefused() {
            try (var runtime = TestRuntime.create()) {
                var refused = assertThrows(IllegalArgumentException.class, () -> runtime.advance(ofMillis(-1)));
                assertEquals("time must not be negative, but was PT-0.001S", refused.getMessage());
            }
        }

        @Test
        void aHoldKeepsTheClockAndWaitsForAnotherThread() throws Exception {
            try (var runtime = TestRuntime.create()) {
                var gate = new Gate();
                var hold = runtime.hold("a thread of the test");
                var waiting = new AtomicBoolean();
                Future<String> passing = Sim.run(() -> waiting.set(true)).then(v -> gate.passing());
                var outside = Thread.ofVirtual().start(() -> {
                    while (!waiting.get()) {
                        Thread.onSpinWait();
                    }
                    gate.open();
                    hold.close();
                });
                assertEquals("passed", runtime.blockOn(passing));
                assertEquals(Duration.ZERO, runtime.now());
                outside.join();
            }
        }
    }

    @Nested
    class Outcomes {
        @Test
        void theValueAndTheVeryFailureComeOut() throws Exception {
            try (var runtime = TestRuntime.create()) {
                assertEquals("a", runtime.blockOn(Future.ready("a")));
                var failure = new IOException("gone");
                assertSame(failure, assertThrows(IOException.class, () -> runtime.blockOn(Future.failed(failure))));
            }
        }

        @Test
        void aScopeRunsItsChildren() throws Exception {
            try (var runtime = TestRuntime.create()) {
                runtime.blockOn(scope(scope -> {
                    scope.spawn(sleepThenSay(ofMillis(2), "child 2"));
                    scope.spawn(sleepThenSay(ofMillis(1), "child 1"));
                    return say("body");
                }));
                assertEquals(
                        List.of("child 1", "child 2"),
                        trace.stream().filter(t -> t.startsWith("child")).toList());
            }
        }

        @Test
        void blockingWorkIsAStepOfTheSimulation() throws Exception {
            try (var runtime = TestRuntime.create()) {
                Future<String> work = cx -> Poll.ready("");
                String value =
                        runtime.blockOn(work.then(v -> offered(Blocking.KEY)).then(b -> b.call(() -> "done")));
                assertEquals("done", value);
                var failure = new IOException("disk");
                Future<String> failing = offered(Blocking.KEY)
                        .then(b -> b.call(() -> {
                            throw failure;
                        }));
                assertSame(failure, assertThrows(IOException.class, () -> runtime.blockOn(failing)));
            }
        }

        @Test
        void blockOnInsideATaskIsRefusedByName() throws Exception {
            try (var runtime = TestRuntime.create()) {
                Future<String> nested = cx -> Poll.ready(runtime.blockOn(Future.ready("never")));
                var refused = assertThrows(IllegalStateException.class, () -> runtime.blockOn(nested));
                assertEquals(
                        "blockOn was called inside task 1 of the same TestRuntime, which it would wait for; await"
                                + " instead",
                        refused.getMessage());
            }
        }
    }

    @Nested
    class Schedules {
        private String interleaving(TestRuntime runtime) {
            trace.clear();
            for (String name : List.of("a", "b", "c")) {
                runtime.spawn(Sim.steps(3, () -> trace.add(name)));
            }
            runtime.runUntilIdle();
            return String.join("", trace);
        }

        @ParameterizedTest
        @EnumSource(Strategy.class)
        void theSameSeedGivesTheSameRunStepForStep(Strategy strategy) {
            for (int workers = 1; workers <= 3; workers++) {
                for (long seed = 0; seed < 50; seed++) {
                    var builder = TestRuntime.builder()
                            .strategy(strategy)
                            .workers(workers)
                            .seed(seed);
                    var first = builder.build();
                    String order = interleaving(first);
                    var second = builder.build();
                    assertEquals(order, interleaving(second));
                    assertEquals(first.eventHash(), second.eventHash());
                    assertEquals(first.schedule(), second.schedule());
                }
            }
        }

        @ParameterizedTest
        @EnumSource(Strategy.class)
        void theScheduleAloneGivesTheSameOrder(Strategy strategy) {
            for (long seed = 0; seed < 50; seed++) {
                var first = TestRuntime.builder()
                        .strategy(strategy)
                        .workers(1)
                        .seed(seed)
                        .build();
                String order = interleaving(first);
                var replayed = TestRuntime.builder()
                        .seed(seed)
                        .schedule(first.schedule())
                        .build();
                assertEquals(order, interleaving(replayed));
            }
        }

        @Test
        void theEmptyScheduleIsRoundRobin() {
            assertEquals(
                    "abcabcabc", interleaving(TestRuntime.builder().schedule("").build()));
        }

        @Test
        void seedsFindManyOrders() {
            Set<String> orders = new HashSet<>();
            Set<Long> hashes = new HashSet<>();
            for (long seed = 0; seed < 500; seed++) {
                var runtime = TestRuntime.withSeed(seed);
                orders.add(interleaving(runtime));
                hashes.add(runtime.eventHash());
            }
            assertTrue(orders.size() > 50, "only " + orders.size() + " orders");
            assertTrue(hashes.size() >= orders.size(), "fewer hashes than orders");
        }

        @Test
        void randomnessFollowsTheSeedAndTheTask() throws Exception {
            assertEquals(drawn(7), drawn(7));
            assertNotEquals(drawn(7), drawn(8));
            assertEquals(2, new TreeSet<>(drawn(7)).size());
        }

        private List<Long> drawn(long seed) throws Exception {
            var runtime = TestRuntime.withSeed(seed);
            List<Long> drawn = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                drawn.add(runtime.blockOn(offered(Context.RANDOM).map(random -> random.nextLong())));
            }
            return drawn;
        }

        @Test
        void aMalformedScheduleIsRefused() {
            var refused = assertThrows(
                    IllegalArgumentException.class, () -> TestRuntime.builder().schedule("1..2"));
            assertEquals("schedule must be numbers like 0x3.2.1, but was 1..2", refused.getMessage());
        }

        @Test
        void schedulesAreWrittenShort() {
            var schedule = new Schedule();
            for (int choice : new int[] {0, 0, 0, 2, 1, 1, 0, 0}) {
                schedule.add(choice);
            }
            assertEquals("0x3.2.1x2", schedule.toString());
            assertEquals("0x3.2.1x2", Schedule.parse("0x3.2.1x2").toString());
        }
    }

    @Nested
    class Hangs {
        @Test
        void aDeadlockNamesTheCycleFirst() {
            var accounts = new Sim.Lock("accounts");
            var orders = new Sim.Lock("orders");
            var runtime =
                    TestRuntime.builder().seed(1).strategy(Strategy.ROUND_ROBIN).build();
            Future<Void> both = scope(scope -> {
                scope.spawn(
                        "payer", accounts.acquire().then(v -> Sim.yieldNow()).then(v -> orders.acquire()));
                scope.spawn(
                        "shipper", orders.acquire().then(v -> Sim.yieldNow()).then(v -> accounts.acquire()));
                return Future.ready(null);
            });
            String report = assertThrows(LostWakerException.class, () -> runtime.blockOn(both))
                    .getMessage();
            int cycle = report.indexOf("a cycle: task 3 \"shipper\" waits for lock accounts of task 2 \"payer\", and"
                    + " task 2 \"payer\" waits for lock orders of task 3 \"shipper\"");
            assertTrue(cycle > 0, report);
            assertTrue(cycle < report.indexOf("task 1 waits:"), report);
            assertTrue(report.contains("Acquire[orders], waits for lock orders"), report);
            assertTrue(report.contains("replay with -Dwakeful.seed=1 -Dwakeful.schedule="), report);
            assertEquals(List.of(), runtime.leftOver());
        }

        @Test
        void aTaskThatNobodyWakesFailsAtOnceAndIsWoundDown() {
            var runtime = TestRuntime.create();
            var gate = new Gate();
            var lost = assertThrows(LostWakerException.class, () -> runtime.blockOn(gate.passing()));
            assertTrue(lost.getMessage().contains("Passing, waits for the gate"), lost.getMessage());
            runtime.close();
        }

        @Test
        void aTaskThatWakesItselfForEverIsGivenUp() {
            var runtime = TestRuntime.builder().maxSteps(1000).build();
            Future<Void> busy = cx -> {
                cx.waker().wake();
                return Poll.pending();
            };
            var error = assertThrows(AssertionError.class, () -> runtime.blockOn(busy));
            assertTrue(
                    error.getMessage()
                            .startsWith("still busy after 1000 polls, so somebody wakes itself for ever:\ntask 1"),
                    error.getMessage());
        }
    }

    @Nested
    class LeftOver {
        @Test
        void aTaskThatHasNotEndedIsNamed() {
            var runtime = TestRuntime.withSeed(3);
            runtime.spawn("sleeper", Sim.sleep(ofMillis(5)));
            runtime.runUntilIdle();
            String message = assertThrows(AssertionError.class, runtime::close).getMessage();
            assertEquals("""
                left over at the end:
                  task 1 "sleeper", which has not ended: Sleep[nanos=5000000], waits for the clock
                  a timer of task 1 "sleeper" for PT0.005S
                replay with -Dwakeful.seed=3 -Dwakeful.schedule=\
                """, message);
        }

        @Test
        void aFailureThatNobodyReadIsNamed() {
            var runtime = TestRuntime.withSeed(3);
            var failure = new IOException("unseen");
            runtime.spawn(Future.failed(failure));
            runtime.runUntilIdle();
            var error = assertThrows(AssertionError.class, runtime::close);
            assertTrue(error.getMessage()
                    .contains("a failure that nobody read: task 1 threw java.io.IOException: unseen"));
            assertSame(failure, error.getSuppressed()[0]);
        }

        @Test
        void aFailureThatSomebodyReadIsNot() {
            try (var runtime = TestRuntime.create()) {
                var handle = runtime.spawn(Future.failed(new IOException("seen")));
                runtime.runUntilIdle();
                runtime.probe(handle).assertFails(IOException.class);
            }
        }

        @Test
        void aCheckAtTheEndIsMadeWhateverWayTheRunEnded() {
            var runtime = TestRuntime.create();
            runtime.atEnd("all permits are back", () -> {
                throw new AssertionError("1 is missing");
            });
            var error = assertThrows(AssertionError.class, runtime::close);
            assertTrue(error.getMessage().startsWith("does not hold at the end: all permits are back; replay with"));
        }
    }

    @Test
    void aCancelAtAnAwaitReachesTheRootAndItsChildren() {
        var runtime = TestRuntime.create();
        runtime.cancelAt(new CancelPoint(2, 0));
        Future<Void> sleeping = scope(scope -> {
            scope.spawn(sleepThenSay(ofMillis(1), "never said"));
            return Sim.sleep(ofHours(1)).then(v -> Sim.sleep(ofHours(1)));
        });
        var cancelled = assertThrows(CancelledException.class, () -> runtime.blockOn(sleeping));
        assertEquals("cancelled at await 2 by the test kit", cancelled.reason());
        assertEquals(List.of(), trace);
        runtime.close();
    }

    private static <V> Future<V> offered(Context.Key<V> key) {
        return cx -> Poll.ready(cx.get(key));
    }

    private static <T> Future<T> scope(Future.Mapping<TaskScope, Future<T>> body) {
        return TaskScope.call(new dev.wakeful.AsyncFunction<>() {
            @Override
            public T apply(TaskScope scope) {
                throw new AssertionError("started as a future");
            }

            @Override
            public Future<T> start(TaskScope scope) {
                return Future.<Void>ready(null).then(v -> body.apply(scope));
            }
        });
    }
}
