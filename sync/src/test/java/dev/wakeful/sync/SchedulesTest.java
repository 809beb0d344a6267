// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.lang.reflect.Constructor;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Seeded schedules of every primitive. `-Dwakeful.schedules=10000000` runs the long form, `-Dwakeful.seed=N` one seed.
class SchedulesTest {
    private static final long SCHEDULES = Long.getLong("wakeful.schedules", 100_000);

    static Stream<Class<? extends Scenario>> scenarios() {
        return Stream.of(
                MutexScenario.class,
                SemaphoreScenario.class,
                ChannelScenario.class,
                NotifyScenario.class,
                RwLockScenario.class,
                BroadcastScenario.class,
                EventsScenario.class,
                OneshotScenario.class,
                LatchScenario.class,
                ConditionScenario.class,
                SelectScenario.class,
                InterferenceScenario.class);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void lawsHoldInEverySchedule(Class<? extends Scenario> type) throws Exception {
        Constructor<? extends Scenario> constructor = type.getConstructor();
        Scenario scenario = constructor.newInstance();
        Long single = Long.getLong("wakeful.seed");
        if (single != null) {
            scenario.run(single);
            return;
        }
        long schedules = type == SelectScenario.class ? SCHEDULES / 4 : SCHEDULES; // which takes as long for each
        for (long seed = 0; seed < schedules; seed++) {
            try {
                scenario.run(seed);
            } catch (Throwable e) {
                throw new AssertionError(
                        type.getSimpleName() + " fails; run again with -Dwakeful.seed=" + seed + ": " + e.getMessage(),
                        e);
            }
        }
    }
}
