// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.Grace;
import dev.wakeful.Poll;
import dev.wakeful.Report;
import dev.wakeful.Waker;
import dev.wakeful.spi.Blocking;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Each report of a run fires on the mistake, and does not on what looks like it.
class ReportsTest {
    private static TestRuntime keeping() {
        return TestRuntime.builder().seed(1).lints(Lints.KEEP).build();
    }

    private static List<String> ids(TestRuntime runtime) {
        return runtime.reports().stream().map(Report::id).toList();
    }

    @Nested
    class SelfWake {
        private Future<Void> spinning(int polls) {
            return new CheckedFuture<>() {
                private int left = polls;

                @Override
                protected @Nullable Object advance(Context cx) {
                    cx.waker().wake();
                    return left-- == 0 ? null : PENDING;
                }

                @Override
                public void describe(Description to) {
                    to.label("Spinning");
                }
            };
        }

        @Test
        void aFutureThatWakesItselfOnEveryPollIsReportedOnce() throws Exception {
            try (var runtime = keeping()) {
                runtime.blockOn(spinning(5_000));
                assertEquals(
                        List.of("[self-wake] task 1 wakes itself in every poll and completes nothing: Spinning; keep"
                                + " cx.waker() where the one who makes the progress finds it, and wake it there"),
                        runtime.reports().stream().map(Report::toString).toList());
            }
        }

        @Test
        void aReportFailsTheTest() throws Exception {
            var runtime = TestRuntime.withSeed(1);
            runtime.blockOn(spinning(5_000));
            var error = assertThrows(AssertionError.class, runtime::close);
            assertTrue(error.getMessage().startsWith("reports of the run:\n  [self-wake] task 1 "), error.getMessage());
        }

        @Test
        void aTaskThatGoesFromOneFutureToTheNextIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                Future<Void> many = Future.ready(null);
                for (int i = 0; i < 1_000; i++) {
                    many = many.then(v -> spinning(1));
                }
                runtime.blockOn(many);
            }
        }

        @Test
        void aTaskThatYieldsIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                runtime.blockOn(Sim.steps(2_000, () -> {}));
            }
        }
    }

    @Nested
    class BlockingCall {
        @Test
        void aPollThatSleepsIsReported() throws Exception {
            try (var runtime = keeping()) {
                runtime.blockOn(Sim.sleep(ofMillis(1)).then(v -> Sim.run(() -> LockSupport.parkNanos(1_000))));
                assertEquals(
                        List.of("[blocking-call] task 1 blocked its thread in the poll from its start to its end; hand"
                                + " what blocks to Blocking.blocking(...)"),
                        runtime.reports().stream().map(Report::toString).toList());
            }
        }

        @Test
        void blockingWorkIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                runtime.blockOn(Blocking.blocking(() -> {
                    LockSupport.parkNanos(1_000);
                    return "done";
                }));
            }
        }
    }

    @Nested
    class LongPoll {
        private double sink;

        private void compute(long rounds) {
            double sum = sink;
            for (long i = 1; i < rounds; i++) {
                sum += Math.sin(i);
            }
            sink = sum;
        }

        @Test
        void aPollThatComputesForLongIsReported() throws Exception {
            try (var runtime = keeping()) {
                runtime.blockOn(Sim.run(() -> compute(60_000_000)));
                assertEquals(List.of("long-poll"), ids(runtime));
                String text = runtime.reports().getFirst().message();
                assertTrue(
                        text.matches("task 1 held its thread for \\d+ ms in the poll from its start to its end; .*"),
                        text);
            }
        }

        @Test
        void aPollThatComputesALittleIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                runtime.blockOn(Sim.run(() -> compute(10_000)));
            }
        }
    }

    @Nested
    class AbandonedFuture {
        private final List<Waker> kept = new ArrayList<>();

        private Future<Void> held() {
            return new CheckedFuture<>() {
                @Override
                protected Object advance(Context cx) {
                    kept.add(cx.waker());
                    return PENDING;
                }

                @Override
                public void describe(Description to) {
                    to.label("Held");
                }
            };
        }

        /// Polls a future that waits, and goes on without it.
        private Future<Void> once(boolean cancels) {
            return once(this::held, cancels);
        }

        private Future<Void> once(Supplier<Future<Void>> made, boolean cancels) {
            return cx -> {
                Future<Void> forgotten = made.get();
                forgotten.poll(cx);
                if (cancels) {
                    forgotten.pollCancel(cx);
                }
                return Poll.ready(null);
            };
        }

        @Test
        void aFutureThatWasPolledAndForgottenIsReported() throws Exception {
            var runtime = TestRuntime.withSeed(1);
            Future<Void> waiting = Sim.sleep(ofSeconds(1)); // the task goes on, so that the future is not lost with it
            runtime.blockOn(Sim.forked(() -> once(false)).then(v -> waiting));
            var error = assertThrows(AssertionError.class, runtime::close);
            assertTrue(
                    error.getMessage()
                            .contains(
                                    "[abandoned-future] Held was polled and then forgotten, so it keeps what it holds;"
                                            + " await it to its end, or call pollCancel until it is ready"),
                    error.getMessage());
        }

        @Test
        void aFutureThatIsNeverReadyIsReportedAsOthers() throws Exception {
            var runtime = TestRuntime.withSeed(1);
            Future<Void> waiting = Sim.sleep(ofSeconds(1));
            runtime.blockOn(Sim.forked(() -> once(Future::pending, false)).then(v -> waiting));
            var error = assertThrows(AssertionError.class, runtime::close);
            assertTrue(
                    error.getMessage().contains("[abandoned-future] Future.pending() was polled and then forgotten"),
                    error.getMessage());
        }

        @Test
        void aFutureThatWasCancelledIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                runtime.blockOn(Sim.forked(() -> once(true)));
                runtime.blockOn(Sim.forked(() -> once(Future::pending, true)));
            }
        }

        @Test
        void aFutureThatItsTaskCancelsIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                var handle = runtime.spawn(held());
                runtime.runUntilIdle();
                handle.abort("not wanted");
                runtime.runUntilIdle();
                assertTrue(handle.isFinished());
            }
        }
    }

    @Nested
    class NeverPolledFuture {
        private @Nullable Future<?> kept;

        private static AssertionError failureOf(TestRuntime runtime) {
            return assertThrows(AssertionError.class, runtime::close);
        }

        /// In a method of its own, so that no frame holds it.
        private void make() {
            assertTrue(Sim.sleep(ofSeconds(1)).then(v -> Sim.sleep(ofSeconds(1))) != null);
        }

        private void keep(Future<?> future) {
            kept = future;
        }

        @Test
        void aFutureThatWasMadeAndNeverPolledIsReported() {
            var runtime = TestRuntime.withSeed(1);
            make();
            String text = failureOf(runtime).getMessage();
            assertTrue(text.startsWith("reports of the run:\n  [never-polled] "), text);
            assertTrue(
                    text.contains(
                            "was never polled, so nothing of it ever ran; await it, spawn it, or return it to one who"
                                    + " does"),
                    text);
        }

        @Test
        void oneThatIsMadeInAPollIsReported() throws Exception {
            var runtime = TestRuntime.withSeed(1);
            runtime.blockOn(Sim.run(this::make));
            failureOf(runtime);
        }

        @Test
        void oneThatIsStillThereIsNot() {
            try (var runtime = TestRuntime.withSeed(1)) {
                keep(Sim.sleep(ofSeconds(1)));
                assertEquals(0, runtime.steps());
            }
            assertTrue(kept != null);
        }

        @Test
        void aBranchThatASelectHadNoNeedToPollIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                runtime.blockOn(Sim.forked(() -> Futures.race(
                        List.of(Future.ready(null), Sim.sleep(ofSeconds(1)).then(v -> Sim.sleep(ofSeconds(1)))))));
            }
        }

        @Test
        void theBodyOfATaskThatWasCancelledBeforeItsFirstPollIsNot() {
            try (var runtime = TestRuntime.withSeed(1)) {
                runtime.spawn(Sim.sleep(ofSeconds(1)).then(v -> Sim.sleep(ofSeconds(1))))
                        .abort("not wanted");
                runtime.runUntilIdle();
            }
        }

        @Test
        void aConstantAndASharedFutureThatNobodyCameForAreNot() {
            try (var runtime = TestRuntime.withSeed(1)) {
                assertTrue(Future.ready(1) != null);
                assertTrue(Future.pending() != null);
                assertTrue(Sim.sleep(ofSeconds(1)).shared() != null);
                assertEquals(0, runtime.steps());
            }
        }

        @Test
        void oneThatIsWoundDownWithoutAPollIsNot() throws Exception {
            try (var runtime = TestRuntime.withSeed(1)) {
                Sim.sleep(ofSeconds(1)).pollCancel(runtime.context());
            }
        }
    }

    @Nested
    class CleanUpCut {
        /// A future whose clean-up asks for the grace period and waits until it is over.
        private Future<Void> stubborn() {
            return new Future<>() {
                @Override
                public Poll<Void> poll(Context cx) {
                    cx.waker();
                    return Poll.pending();
                }

                @Override
                public Poll<@Nullable Void> pollCancel(Context cx) {
                    Grace grace = cx.get(Grace.KEY);
                    if (grace.isOver()) {
                        grace.cut(new StackTraceElement("Shop", "close", "Shop.java", 7));
                        return Poll.ready(null);
                    }
                    cx.waker();
                    return Poll.pending();
                }
            };
        }

        @Test
        void cleanUpThatOutlastsTheGracePeriodIsCutOnVirtualTimeAndReported() {
            try (var runtime = TestRuntime.builder()
                    .seed(1)
                    .lints(Lints.KEEP)
                    .gracePeriod(ofSeconds(3))
                    .build()) {
                var handle = runtime.spawn(stubborn());
                runtime.runUntilIdle();
                handle.abort("not wanted");
                runtime.advance(ofMillis(2_999));
                assertTrue(!handle.isFinished());
                runtime.advance(ofMillis(1));
                assertTrue(handle.isFinished());
                assertEquals(List.of("clean-up-cut"), ids(runtime));
                String text = runtime.reports().getFirst().message();
                assertTrue(text.contains("its clean-up was cut at Shop.close(Shop.java:7)"), text);
            }
        }

        @Test
        void whenTheTestKitEndsThePeriodNobodyIsBlamed() throws Exception {
            var runtime = TestRuntime.withSeed(1);
            runtime.cancelAt(new CancelPoint(1, 2));
            assertThrows(dev.wakeful.CancelledException.class, () -> runtime.blockOn(stubborn()));
            runtime.close();
            assertEquals(List.of(), runtime.reports());
        }
    }
}
