// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Where the JDK keeps its continuations to itself, models run on threads, and the same is found.
class LockstepTest {
    private final boolean before = Coroutines.areThreads();

    @AfterEach
    void back() {
        Coroutines.useThreads(before);
    }

    /// Two threads that count; none of their steps commutes with another's.
    static final class Counting implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var count = new AtomicInteger();
            for (String name : List.of("a", "b")) {
                model.thread(name, () -> {
                    count.incrementAndGet();
                    count.incrementAndGet();
                });
            }
            model.afterwards(() -> assertEquals(4, count.get()));
        }
    }

    private static Exploration explored(Class<? extends Model.Scenario> scenario, boolean onThreads) {
        Coroutines.useThreads(onThreads);
        return Explorer.of(scenario).explore();
    }

    @Test
    void threadsGoThroughTheSchedulesThatContinuationsGoThrough() {
        Exploration threads = explored(Counting.class, true);
        Exploration continuations = explored(Counting.class, false);
        assertNull(threads.failure());
        assertEquals(6, threads.schedules()); // four steps in two pairs
        assertEquals(continuations.schedules(), threads.schedules());
        assertEquals(continuations.steps(), threads.steps());
    }

    @Test
    void aLostWakeIsFoundOnThreadsAndTheThreadsOfThatRunAreUsedAgain() {
        for (int round = 0; round < 20; round++) {
            Exploration found = explored(WakerCellExploreTest.NoSecondLook.class, true);
            assertNotNull(found.failure());
            assertTrue(
                    found.failure().reason().startsWith("deadlock, or a lost wake-up"),
                    found.failure().reason());
        }
        long carriers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("wakeful-explorer"))
                .count();
        assertTrue(carriers <= Model.MAX_THREADS, carriers + " threads are left");
    }

    /// What a JVM without the option runs.
    static final class WithoutTheOption {
        private WithoutTheOption() {}

        public static void main(String[] arguments) {
            System.out.println(Explorer.of(Counting.class).explore().schedules() + " schedules");
        }
    }

    @Test
    void aJvmWithoutTheOptionSaysSoAndExploresAllTheSame() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutTheOption.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = process.inputReader().readAllAsString();
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("6 schedules"), output);
        assertTrue(
                output.contains("takes many times as long; give the JVM --add-exports"
                        + " java.base/jdk.internal.vm=ALL-UNNAMED"),
                output);
    }
}
