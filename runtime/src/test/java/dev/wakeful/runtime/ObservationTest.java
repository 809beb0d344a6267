// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.JoinHandle;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.spi.Observer;
import dev.wakeful.spi.PollObserver;
import dev.wakeful.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Observers, metrics and the flight recorder, on one thread and on several.
class ObservationTest {
    static List<Supplier<AsyncRuntime.Builder>> builders() {
        return List.of(
                AsyncRuntime::currentThread, () -> AsyncRuntime.multiThread().workers(2));
    }

    /// Notes what it is told.
    private static final class Notes implements Observer {
        final Queue<String> told = new ConcurrentLinkedQueue<>();

        @Override
        public void taskStarted(TaskRef task) {
            told.add("start " + task.name());
        }

        @Override
        public void taskEnded(TaskRef task, @Nullable Throwable failure) {
            told.add("end " + task.name() + (failure == null ? "" : " " + failure.getMessage()));
        }

        @Override
        public void workerStarted(Thread thread) {
            told.add(thread == Thread.currentThread() ? "worker on" : "wrong thread");
        }

        @Override
        public void workerEnded(Thread thread) {
            told.add(thread == Thread.currentThread() ? "worker off" : "wrong thread");
        }

        @Override
        public void reported(Report report) {
            told.add("report " + report.id());
        }

        long count(String what) {
            return told.stream().filter(what::equals).count();
        }
    }

    @ParameterizedTest
    @MethodSource("builders")
    void observerIsToldOfTheLifeOfTasksAndWorkers(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        var notes = new Notes();
        try (var runtime = builder.get().observer(notes).build()) {
            JoinHandle<Object> broken = runtime.spawn("broken", Future.failed(new IOException("no orders")));
            assertThrows(IOException.class, () -> runtime.blockOn(broken));
            assertEquals(1, runtime.blockOn(Future.ready(1)));
        }
        assertEquals(1, notes.count("start broken"));
        assertEquals(1, notes.count("end broken no orders"));
        assertEquals(2, notes.count("start main"));
        assertEquals(notes.count("worker on"), notes.count("worker off"));
        assertTrue(notes.count("worker on") > 0, notes.told.toString());
    }

    @ParameterizedTest
    @MethodSource("builders")
    void observerOfPollsIsToldOfEachPollAndOfEachParkOfAThread(Supplier<AsyncRuntime.Builder> builder)
            throws Exception {
        var told = new ConcurrentLinkedQueue<String>();
        PollObserver polls = new PollObserver() {
            @Override
            public void pollStarted(TaskRef task) {
                told.add("begin " + task.name());
            }

            @Override
            public void pollEnded(TaskRef task) {
                told.add("end " + task.name());
                throw new IllegalStateException("a bug in an observer");
            }

            @Override
            public void workerParked(Thread thread) {
                told.add(thread == Thread.currentThread() ? "park" : "wrong thread");
            }

            @Override
            public void workerUnparked(Thread thread) {
                told.add(thread == Thread.currentThread() ? "unpark" : "wrong thread");
            }
        };
        try (var runtime = builder.get().observer(polls).build()) {
            runtime.blockOn(runtime.spawn("in turns", new Yields(3)));
            while (!told.contains("park")) { // on a busy machine the time may be over before the thread can park
                runtime.blockOn(Time.sleep(Duration.ofMillis(2)));
            }
        }
        Map<String, Long> counts = told.stream().collect(Collectors.groupingBy(what -> what, Collectors.counting()));
        assertEquals(4, counts.get("begin in turns"), counts.toString());
        assertEquals(4, counts.get("end in turns"), counts.toString());
        assertTrue(counts.get("park") > 0, counts.toString());
        assertEquals(counts.get("park"), counts.get("unpark"));
        assertEquals(null, counts.get("wrong thread"));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void observerThatThrowsHarmsNothing(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        Observer bad = new Observer() {
            @Override
            public void taskStarted(TaskRef task) {
                throw new IllegalStateException("a bug in an observer");
            }

            @Override
            public void taskEnded(TaskRef task, @Nullable Throwable failure) {
                throw new StackOverflowError("another bug in an observer");
            }

            @Override
            public void workerStarted(Thread thread) {
                throw new IllegalStateException("a third bug in an observer");
            }
        };
        var after = new Notes();
        try (var runtime = builder.get().observer(bad).observer(after).build()) {
            assertEquals(
                    List.of(1, 2),
                    runtime.blockOn(
                            Futures.joinAll(List.of(runtime.spawn(Future.ready(1)), runtime.spawn(Future.ready(2))))));
        }
        assertTrue(after.count("worker on") > 0 && after.count("start main") == 1, after.told.toString());
    }

    @ParameterizedTest
    @MethodSource("builders")
    void metricsAreAlwaysOn(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = builder.get().build()) {
            runtime.blockOn(new Yields(2_000));
            RuntimeMetrics metrics = runtime.metrics();
            assertTrue(metrics.polls() >= 2_000, metrics.toString());
            assertTrue(metrics.wakes() >= 1_000, metrics.wakes() + " wakes");
            assertEquals(0, metrics.queued());
            assertTrue(metrics.pollTimes().count() > 10, metrics.pollTimes().toString());
            assertTrue(metrics.pollTimes().nanosAt(0.5) <= metrics.pollTimes().nanosAt(1));
            assertTrue(
                    metrics.scheduleLatency().count() > 10,
                    metrics.scheduleLatency().toString());
        }
    }

    /// Awaits a yield so many times.
    private static final class Yields extends CheckedFuture<Integer> {
        private int left;
        private Future<?> yields = Async.yieldNow();

        Yields(int count) {
            left = count;
        }

        @Override
        protected Object advance(Context cx) throws Exception {
            while (yields.pollRaw(cx) != PENDING) {
                if (--left == 0) {
                    return 0;
                }
                yields = Async.yieldNow();
            }
            return PENDING;
        }
    }

    @Test
    void histogramCountsByPowersOfTwo() {
        var recorder = new LatencyHistogram.Recorder();
        for (int i = 0; i < 99; i++) {
            recorder.record(1_000);
        }
        recorder.record(1_000_000);
        var histogram = LatencyHistogram.EMPTY.plus(recorder);
        assertEquals(100, histogram.count());
        assertEquals(1_024, histogram.nanosAt(0.5));
        assertEquals(1_024, histogram.nanosAt(0.99));
        assertEquals(1 << 20, histogram.nanosAt(1));
        assertEquals(99, histogram.countBelow(2_000));
        var counts = new long[64];
        counts[10] = 99;
        counts[20] = 1;
        assertArrayEquals(counts, histogram.counts());
        assertEquals("p50 1024 ns, p99 1024 ns, max 1048576 ns of 100", histogram.toString());
        assertEquals("nothing measured", LatencyHistogram.EMPTY.toString());
        assertEquals(0, LatencyHistogram.EMPTY.nanosAt(0.5));
        assertThrows(IllegalArgumentException.class, () -> histogram.nanosAt(1.1));
    }

    @Test
    void flightRecorderHasTasksAndLongPollsAboveTheThreshold(@TempDir Path folder) throws Exception {
        try (var recording = new Recording()) {
            for (String name : List.of("TaskStart", "TaskEnd", "LongPoll", "LateTimer", "LostWaker", "Report")) {
                recording.enable("dev.wakeful." + name);
            }
            recording.enable("dev.wakeful.LongPoll").withThreshold(Duration.ofMillis(5));
            recording.start();
            try (var runtime = AsyncRuntime.currentThread().name("recorded").build()) {
                runtime.blockOn(new Yields(200)); // until a beat has seen that somebody wants long polls
                runtime.blockOn(runtime.spawn("slow", cx -> {
                    long until = System.nanoTime() + 10_000_000;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    return dev.wakeful.Poll.ready(1);
                }));
                runtime.blockOn(runtime.spawn("quick", Future.ready(2)));
                JoinHandle<Object> lost = runtime.spawn("lost", cx -> dev.wakeful.Poll.pending());
                assertThrows(dev.wakeful.LostWakerException.class, () -> runtime.blockOn(lost));
            }
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            Map<String, List<String>> tasks = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.hasField("taskName")
                            && event.getString("runtime").equals("recorded"))
                    .collect(Collectors.groupingBy(
                            ObservationTest::kind,
                            Collectors.mapping(e -> e.getString("taskName"), Collectors.toList())));
            List<String> started = new ArrayList<>(tasks.getOrDefault("TaskStart", List.of()));
            assertTrue(started.containsAll(List.of("main", "slow", "quick", "lost")), tasks.toString());
            assertTrue(
                    tasks.getOrDefault("TaskEnd", List.of()).containsAll(List.of("slow", "quick")), tasks.toString());
            assertTrue(tasks.getOrDefault("LongPoll", List.of()).contains("slow"), tasks.toString());
            assertFalse(tasks.getOrDefault("LongPoll", List.of()).contains("quick"), tasks.toString());
            assertTrue(tasks.getOrDefault("LostWaker", List.of()).contains("lost"), tasks.toString());
        }
    }

    @Test
    void recordingThatBeginsWhileTheRuntimeRunsHasTheTasksFromThenOn(@TempDir Path folder) throws Exception {
        try (var runtime = AsyncRuntime.currentThread().name("recorded").build();
                var recording = new Recording()) {
            runtime.blockOn(runtime.spawn("early", Future.ready(1)));
            recording.enable("dev.wakeful.TaskEnd");
            recording.start();
            runtime.blockOn(runtime.spawn("late", Future.ready(2)));
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            List<String> names = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.hasField("taskName"))
                    .map(event -> event.getString("taskName"))
                    .toList();
            assertTrue(names.contains("late") && !names.contains("early"), names.toString());
        }
    }

    @Test
    void flightRecorderHasLateTimersAndReportsWithTheirFields(@TempDir Path folder) throws Exception {
        var nanos = new AtomicLong();
        try (var recording = new Recording()) {
            recording.enable("dev.wakeful.LateTimer");
            recording.enable("dev.wakeful.Report");
            recording.enable("dev.wakeful.LostWaker");
            recording.start();
            try (var runtime = AsyncRuntime.currentThread()
                    .name("recorded")
                    .clock(new Clock(nanos::get, Instant.EPOCH))
                    .onReport(_ -> {})
                    .onUnhandledFailure((_, _) -> {})
                    .build()) {
                var sleeper = runtime.spawn(Time.sleep(Duration.ofMillis(5)));
                runtime.blockOn(new Yields(200));
                nanos.set(Duration.ofMillis(45).toNanos());
                runtime.blockOn(sleeper);
                runtime.blockOn(cx -> {
                    cx.get(Report.KEY).accept(new Report("odd-poll", "this is odd", cx.task()));
                    return dev.wakeful.Poll.ready(1);
                });
                runtime.spawn("lost", cx -> dev.wakeful.Poll.pending());
                runtime.blockOn(new Yields(2));
            }
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.hasField("runtime")
                            && event.getString("runtime").equals("recorded"))
                    .toList();
            RecordedEvent late = only(events, "LateTimer");
            assertTrue(late.getDuration("lateness").toMillis() >= 39, late.toString());
            RecordedEvent report = only(events, "Report");
            assertEquals("odd-poll: this is odd", report.getString("kind") + ": " + report.getString("message"));
            RecordedEvent lost = only(events, "LostWaker");
            assertEquals("lost", lost.getString("taskName"));
            assertTrue(lost.getLong("task") > 0, lost.toString());
            assertTrue(lost.getString("message").contains("returned Pending without"), lost.toString());
        }
    }

    private static RecordedEvent only(List<RecordedEvent> events, String kind) {
        List<RecordedEvent> found =
                events.stream().filter(event -> kind(event).equals(kind)).toList();
        assertEquals(1, found.size(), events.toString());
        return found.getFirst();
    }

    private static String kind(RecordedEvent event) {
        return event.getEventType().getName().replace("dev.wakeful.", "");
    }
}
