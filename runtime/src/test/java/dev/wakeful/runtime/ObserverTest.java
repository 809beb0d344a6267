// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.spi.PollObserver;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What an observer may do, wherever it is told of something.
@ParameterizedClass
@EnumSource(Kind.class)
class ObserverTest {
    private final Kind kind;

    ObserverTest(Kind kind) {
        this.kind = kind;
    }

    /// Does the same wherever it is told of something, once each, when the runtime has been built.
    private abstract static class Everywhere implements PollObserver {
        final AtomicReference<@Nullable AsyncRuntime> built = new AtomicReference<>();
        final Map<String, String> came = new ConcurrentHashMap<>();

        abstract String act(AsyncRuntime runtime) throws Exception;

        private void at(String place) {
            AsyncRuntime runtime = built.get();
            if (runtime != null && came.putIfAbsent(place, "") == null) {
                try {
                    came.put(place, act(runtime));
                } catch (Exception e) {
                    came.put(place, String.valueOf(e.getMessage()));
                }
            }
        }

        @Override
        public void taskEnded(TaskRef task, @Nullable Throwable failure) {
            at("taskEnded");
        }

        @Override
        public void workerStarted(Thread thread) {
            at("workerStarted");
        }

        @Override
        public void workerEnded(Thread thread) {
            at("workerEnded");
        }

        @Override
        public void pollStarted(TaskRef task) {
            at("pollStarted");
        }

        @Override
        public void pollEnded(TaskRef task) {
            at("pollEnded");
        }

        @Override
        public void workerParked(Thread thread) {
            at("workerParked");
        }

        @Override
        public void workerUnparked(Thread thread) {
            at("workerUnparked");
        }
    }

    private void runSleeps(Everywhere observer) throws Exception {
        try (var runtime = kind.builder().name("observed").observer(observer).build()) {
            observer.built.set(runtime);
            do { // on a busy machine the time may be over before the thread can park
                int value = runtime.blockOn(Time.sleep(Duration.ofMillis(2)).map(_ -> 7));
                assertEquals(7, value);
            } while (!observer.came.keySet().containsAll(Set.of("taskEnded", "pollStarted", "workerParked")));
        }
    }

    @Test
    void blockOnIsRefusedWhereItWouldWaitForItsOwnThread() throws Exception {
        var observer = new Everywhere() {
            @Override
            String act(AsyncRuntime runtime) {
                return assertThrows(IllegalStateException.class, () -> runtime.blockOn(Future.ready(1)))
                        .getMessage()
                        .lines()
                        .findFirst()
                        .orElseThrow();
            }
        };
        runSleeps(observer);
        observer.came.forEach((place, refused) -> {
            boolean inAPoll = place.startsWith("poll") || place.startsWith("task");
            assertTrue(
                    inAPoll
                            ? refused.matches("blockOn\\(ready\\[1]\\) was called inside task \\d+ \"main\", whose"
                                    + " thread it would hold; await the future there, or spawn it")
                            : refused.equals("blockOn(ready[1]) was called on a thread that polls the tasks of"
                                    + " observed and would wait for itself; spawn it"),
                    place + ": " + refused);
        });
    }

    @Test
    void spawnAndDumpWorkEverywhere() throws Exception {
        var observer = new Everywhere() {
            @Override
            String act(AsyncRuntime runtime) {
                runtime.spawn(Time.sleep(Duration.ofMillis(1)));
                return runtime.dump().text().lines().findFirst().orElseThrow().substring(0, 17);
            }
        };
        runSleeps(observer);
        observer.came.forEach((place, text) -> assertEquals("runtime observed:", text, place));
    }

    @Test
    void nameOfARuntimeMakesNoLinesOfItsOwn() throws Exception {
        String name = "shop\n\ntask 7, waiting:\u001b[31m";
        String line = "shop\\n\\ntask 7, waiting:\\u001b[31m";
        var runtime = kind.builder().name(name).build();
        try (runtime) {
            String text = runtime.dump().text();
            assertTrue(text.startsWith("runtime " + line + ": ") && text.indexOf('\n') == text.length() - 1, text);
            assertTrue(runtime.metrics().toString().startsWith(line + ": "));
            assertEquals(name, runtime.metrics().runtime());
            assertEquals("AsyncRuntime[" + line + ", tasks=0]", runtime.toString());
        }
        var refused = assertThrows(IllegalStateException.class, () -> runtime.blockOn(Future.ready(1)));
        assertEquals("blockOn(ready[1]) was called on " + line + ", which was closed", refused.getMessage());
    }
}
