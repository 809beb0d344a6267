// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import dev.wakeful.CancelledException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the fixtures below as JUnit does, and looks at what comes out.
class AsyncTestExtensionTest {
    private static final List<String> LOG = new ArrayList<>();
    private static final Set<String> ORDERS = new HashSet<>();
    private static final AtomicInteger RUNS = new AtomicInteger();
    private static boolean runsFixtures;

    @BeforeEach
    void forget() {
        LOG.clear();
        ORDERS.clear();
        RUNS.set(0);
    }

    @Test
    void aTestGetsARuntimeWithVirtualTime() {
        assertNull(run("sleepsForAnHour"));
        assertEquals(List.of("before", "slept", "after"), LOG);
    }

    @Test
    void aTaskThatIsLeftOverFailsTheTestWithTheReplayLine() {
        Throwable failure = run("leavesATask");
        assertTrue(failure.getMessage().startsWith("left over at the end:\n  task 1 \"forgotten\""));
        assertTrue(replay(failure).startsWith("replay with -Dwakeful.seed="));
    }

    @Test
    void eachScheduleRunsOnANewInstance() {
        assertNull(run("manySchedules"));
        assertEquals(101, RUNS.get()); // the first one twice
        assertEquals(6, ORDERS.size());
    }

    @Test
    void aRaceIsFoundMadeShortAndReplayed() {
        Throwable found = run("updatesAreLost");
        assertInstanceOf(AssertionError.class, found);
        String line = replay(found);
        int tried = RUNS.getAndSet(0);
        assertTrue(tried > 1, "found at once, so nothing was searched");
        withProperties(line, () -> {
            Throwable again = run("updatesAreLost");
            assertInstanceOf(AssertionError.class, again);
            assertEquals(found.getMessage(), again.getMessage());
            assertEquals(line, replay(again));
        });
        assertEquals(1, RUNS.get());
    }

    @Test
    void aTestThatIsNotDeterministicIsNamed() {
        Throwable failure = run("dependsOnWhatHappenedBefore");
        assertTrue(failure.getMessage().startsWith("the test is not deterministic: with seed "), failure.getMessage());
        assertTrue(
                failure.getMessage()
                        .contains(", poll 2 was of task 1 to its end, at PT0S, and then of task 1 to a wait, at PT0S;"
                                + " have time,"),
                failure.getMessage());
    }

    @Test
    void eachScheduleRunsTwiceWhenTheTestSaysSo() {
        assertNull(run("runsTwice"));
        assertEquals(6, RUNS.get());
    }

    @Test
    void oneScheduleIsComparedWithItselfTooAndTheLineComparesAgain() {
        Throwable failure = run("dependsOnWhatHappenedBeforeOnce");
        assertTrue(failure.getMessage().startsWith("the test is not deterministic: with seed "), failure.getMessage());
        assertTrue(replay(failure).endsWith(" -Dwakeful.twice=true"), replay(failure));
        withProperties(replay(run("dependsOnWhatHappenedBefore")), () -> {
            Throwable again = run("dependsOnWhatHappenedBefore");
            assertTrue(again.getMessage().startsWith("the test is not deterministic: with seed "), again.getMessage());
        });
    }

    @Test
    void aTestIsCancelledAtEachAwait() {
        assertNull(run("cleansUp"));
        assertEquals(4, RUNS.get()); // whole, and cancelled at 3 awaits
        assertEquals(List.of("0", "1", "2"), LOG.subList(0, 3));
        assertEquals(List.of("0", "0", "1", "0", "1", "2"), LOG.subList(4, LOG.size()));
    }

    @Test
    void aCancelThatLosesSomethingIsFoundAndReplayed() {
        Throwable found = run("losesAPermitWhenCancelled");
        assertTrue(found.getMessage().startsWith("does not hold at the end: the permit is back"), found.getMessage());
        assertTrue(replay(found).endsWith(" -Dwakeful.cancel=2"), replay(found));
        RUNS.set(0);
        withProperties(replay(found), () -> assertInstanceOf(AssertionError.class, run("losesAPermitWhenCancelled")));
        assertEquals(1, RUNS.get());
    }

    @Test
    void aCancelOfTheTestsOwnIsAFailure() {
        assertInstanceOf(CancelledException.class, run("isCancelledByItself"));
    }

    private static void withProperties(String line, Runnable action) {
        List<String> names = new ArrayList<>();
        for (String word : line.replace("replay with ", "").split(" ")) {
            String[] property = word.substring(2).split("=", -1);
            System.setProperty(property[0], property[1]);
            names.add(property[0]);
        }
        try {
            action.run();
        } finally {
            names.forEach(System::clearProperty);
        }
    }

    private static String replay(Throwable failure) {
        return Arrays.stream(failure.getSuppressed())
                .map(Throwable::toString)
                .filter(text -> text.startsWith("replay with "))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable Throwable run(String method) {
        var failure = new ArrayList<Throwable>();
        runsFixtures = true;
        LauncherFactory.create()
                .execute(
                        request()
                                .selectors(selectMethod(
                                        Fixture.class,
                                        Arrays.stream(Fixture.class.getDeclaredMethods())
                                                .filter(candidate ->
                                                        candidate.getName().equals(method))
                                                .findFirst()
                                                .orElseThrow()))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                result.getThrowable().ifPresent(failure::add);
                            }
                        });
        runsFixtures = false;
        return failure.isEmpty() ? null : failure.getFirst();
    }

    static boolean runsFixtures() {
        return runsFixtures;
    }

    @EnabledIf("dev.wakeful.testkit.AsyncTestExtensionTest#runsFixtures")
    static final class Fixture {
        private int shared;

        @BeforeEach
        void before() {
            if (LOG.isEmpty()) {
                LOG.add("before");
            }
        }

        @AfterEach
        void after() {
            if (LOG.contains("slept")) {
                LOG.add("after");
            }
        }

        @AsyncTest
        void sleepsForAnHour(TestRuntime runtime) throws Exception {
            runtime.blockOn(Sim.sleep(ofMillis(3_600_000)).then(v -> Sim.run(() -> LOG.add("slept"))));
        }

        @AsyncTest
        void leavesATask(TestRuntime runtime) {
            runtime.spawn("forgotten", Sim.sleep(ofMillis(1)));
            runtime.runUntilIdle();
        }

        @AsyncTest(schedules = 100)
        void manySchedules(TestRuntime runtime) {
            RUNS.incrementAndGet();
            assertEquals(0, shared++);
            var order = new StringBuilder();
            for (String name : List.of("a", "b", "c")) {
                runtime.spawn(Sim.run(() -> order.append(name)));
            }
            runtime.runUntilIdle();
            ORDERS.add(order.toString());
        }

        @AsyncTest(schedules = 1_000)
        void updatesAreLost(TestRuntime runtime) {
            RUNS.incrementAndGet();
            int[] read = new int[3];
            for (int i = 0; i < 3; i++) {
                int me = i;
                runtime.spawn(Sim.steps(1, () -> read[me] = me == 2 ? shared : 0)
                        .then(v -> Sim.run(() -> shared = me == 2 ? read[2] + 10 : shared + 1)));
            }
            runtime.runUntilIdle();
            assertTrue(shared != 10, "both increments were overwritten");
        }

        @AsyncTest(schedules = 2)
        void dependsOnWhatHappenedBefore(TestRuntime runtime) {
            runtime.spawn(Sim.steps(RUNS.incrementAndGet(), () -> {}));
            runtime.runUntilIdle();
        }

        @AsyncTest(schedules = 3, twice = true)
        void runsTwice(TestRuntime runtime) {
            RUNS.incrementAndGet();
            runtime.spawn(Sim.steps(3, () -> {}));
            runtime.spawn(Sim.steps(3, () -> {}));
            runtime.runUntilIdle();
        }

        @AsyncTest(twice = true)
        void dependsOnWhatHappenedBeforeOnce(TestRuntime runtime) throws Exception {
            runtime.blockOn(Sim.sleep(ofMillis(RUNS.incrementAndGet())));
        }

        @AsyncTest
        @CancelEverywhere
        void cleansUp(TestRuntime runtime) throws Exception {
            LOG.remove("before");
            RUNS.incrementAndGet();
            runtime.atEnd("every run is checked", () -> {});
            runtime.blockOn(Sim.run(() -> LOG.add("0"))
                    .then(v -> Sim.sleep(ofMillis(1)))
                    .then(v -> Sim.run(() -> LOG.add("1")))
                    .then(v -> Sim.sleep(ofMillis(1)))
                    .then(v -> Sim.run(() -> LOG.add("2")))
                    .then(v -> Sim.sleep(ofMillis(1)))
                    .then(v -> Sim.run(() -> LOG.add("end"))));
        }

        @AsyncTest
        @CancelEverywhere
        void losesAPermitWhenCancelled(TestRuntime runtime) throws Exception {
            RUNS.incrementAndGet();
            var permits = new AtomicInteger(1);
            runtime.atEnd("the permit is back", () -> assertEquals(1, permits.get()));
            runtime.blockOn(Sim.yieldNow()
                    .then(v -> Sim.run(permits::decrementAndGet))
                    .then(v -> Sim.yieldNow())
                    .then(v -> Sim.run(permits::incrementAndGet)));
        }

        @AsyncTest
        void isCancelledByItself(TestRuntime runtime) throws Exception {
            var handle = runtime.spawn(Sim.sleep(ofMillis(1)));
            handle.abort("not wanted");
            runtime.blockOn(handle);
        }
    }
}
