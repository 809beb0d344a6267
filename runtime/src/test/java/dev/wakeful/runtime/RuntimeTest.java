// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static dev.wakeful.spi.Blocking.blocking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Grace;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.spi.Spawner;
import dev.wakeful.sync.CancellationToken;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What is true of every kind of runtime: semantics S-E5, S-T1, S-T7 and S-T10.
@ParameterizedClass
@EnumSource(Kind.class)
class RuntimeTest {
    private final Kind kind;
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    RuntimeTest(Kind kind) {
        this.kind = kind;
    }

    private AsyncRuntime runtime() {
        return kind.builder()
                .name("test")
                .seed(1)
                .gracePeriod(Duration.ofSeconds(30))
                .onUnhandledFailure((task, failure) -> failures.add(task + ": " + failure.getMessage()))
                .build();
    }

    /// Says its name `times` times, and lets others go first in between.
    private static Future<String> speaker(List<String> trace, String name, int times) {
        var said = new int[1];
        return cx -> {
            trace.add(name + said[0]);
            if (++said[0] == times) {
                return Poll.ready(name);
            }
            cx.waker().wake();
            return Poll.pending();
        };
    }

    /// Yields until something has been said.
    private static Future<Void> polled(List<?> trace) {
        return new Future<>() {
            private Future<Void> yield = Async.yieldNow();

            @Override
            public Poll<Void> poll(Context cx) throws Exception {
                if (!trace.isEmpty()) {
                    return Poll.ready(null);
                }
                if (yield.poll(cx).isReady()) {
                    yield = Async.yieldNow();
                    yield.poll(cx);
                }
                return Poll.pending();
            }
        };
    }

    @Test
    void blockOnGivesTheValue() throws Exception {
        try (var runtime = runtime()) {
            assertEquals("a", runtime.blockOn(Future.ready("a")));
            assertEquals("b", runtime.blockOn(speaker(new ArrayList<>(), "b", 3)));
        }
    }

    @Test
    void blockOnThrowsTheVeryObject() {
        var failure = new java.io.IOException("broken");
        try (var runtime = runtime()) {
            assertSame(failure, assertThrows(Exception.class, () -> runtime.blockOn(Future.failed(failure))));
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void yieldingTasksLetTimersAndTheRootGoOn() throws Exception {
        try (var runtime = runtime()) {
            var stop = new AtomicBoolean();
            var yields = new AtomicInteger();
            Future<Void> again = new Future<>() {
                private Future<Void> yield = Async.yieldNow();

                @Override
                public Poll<Void> poll(Context cx) throws Exception {
                    while (!stop.get() && yield.poll(cx).isReady()) {
                        yields.incrementAndGet();
                        yield = Async.yieldNow();
                    }
                    return stop.get() ? Poll.ready(null) : Poll.pending();
                }
            };
            var handle = runtime.spawn(again);
            runtime.blockOn(Time.sleep(Duration.ofMillis(5)));
            stop.set(true);
            runtime.blockOn(handle);
            assertTrue(yields.get() > 0);
        }
    }

    @Test
    void wakeFromAnotherThreadIsNotLost() throws Exception {
        try (var runtime = runtime()) {
            for (int round = 0; round < 2_000; round++) {
                var cell = new WakerCell();
                var flag = new AtomicBoolean();
                var polled = new CountDownLatch(1);
                var waker = Thread.ofVirtual().start(() -> {
                    flag.set(true);
                    cell.wake();
                });
                Future<String> waits = cx -> {
                    polled.countDown();
                    cell.register(cx.waker());
                    return flag.get() ? Poll.ready("woken") : Poll.pending();
                };
                assertEquals("woken", runtime.blockOn(waits));
                waker.join();
            }
        }
    }

    private static String line(Exception refused) {
        return refused.getMessage().lines().findFirst().orElseThrow();
    }

    @Test
    void blockOnInsideATaskIsRefusedByName() throws Exception {
        try (var runtime = runtime();
                var other = runtime()) {
            Future<String> inside = cx -> {
                var sameRuntime = assertThrows(IllegalStateException.class, () -> runtime.blockOn(Future.ready(1)));
                var otherRuntime = assertThrows(IllegalStateException.class, () -> other.blockOn(Future.ready(1)));
                assertEquals(line(sameRuntime), line(otherRuntime));
                assertTrue(
                        sameRuntime.getMessage().contains("\n  blockOn was called at dev.wakeful.runtime.RuntimeTest."),
                        sameRuntime.getMessage());
                return Poll.ready(line(sameRuntime));
            };
            assertEquals(
                    "blockOn(ready[1]) was called inside task 1 \"main\", whose thread it would hold; await the future"
                            + " there, or spawn it",
                    runtime.blockOn(inside));
        }
    }

    @Test
    void closeInsideATaskIsRefusedByName() throws Exception {
        try (var runtime = runtime()) {
            Future<String> inside = cx -> Poll.ready(
                    assertThrows(IllegalStateException.class, runtime::close).getMessage());
            assertEquals(
                    "close() of test was called inside task 1 \"main\" of the same runtime, which it would wait for;"
                            + " cancel a scope instead",
                    runtime.blockOn(inside));
        }
    }

    @Test
    void failureThatNobodyAwaitsIsReported() throws Exception {
        try (var runtime = runtime()) {
            var lonely = runtime.spawn("lonely", Future.failed(new IllegalStateException("broken")));
            while (!lonely.isFinished()) { // another worker may have it, and be slow
                runtime.blockOn(speaker(new ArrayList<>(), "a", 3));
            }
        }
        assertEquals(List.of("task 1 \"lonely\": broken"), failures);
    }

    @Test
    void failureThatIsAwaitedIsNotReported() throws Exception {
        try (var runtime = runtime()) {
            JoinHandle<Void> handle = runtime.spawn(
                    Time.sleep(Duration.ofMillis(1)).then(_ -> Future.failed(new IllegalStateException("broken"))));
            assertEquals(
                    "broken",
                    assertThrows(IllegalStateException.class, () -> runtime.blockOn(handle))
                            .getMessage());
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void closeCancelsTasksAndLetsThemCleanUp() throws Exception {
        var trace = Collections.synchronizedList(new ArrayList<String>());
        Future<Void> cleansUp = new Future<>() {
            private Future<Void> cleanUp = Time.sleep(Duration.ofMillis(2)).map(_ -> null);

            @Override
            public Poll<Void> poll(Context cx) {
                trace.add("poll");
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) throws Exception {
                if (cleanUp.poll(cx).isReady()) {
                    trace.add("clean");
                    return Poll.ready(null);
                }
                return Poll.pending();
            }
        };
        JoinHandle<Void> handle;
        try (var runtime = runtime()) {
            handle = runtime.spawn(cleansUp);
            runtime.blockOn(polled(trace));
        }
        assertEquals(List.of("poll", "clean"), trace);
        assertTrue(handle.isFinished());
        assertThrows(CancelledException.class, () -> handle.poll(Context.of(Waker.noop())));
    }

    @Test
    void spawnAfterCloseGivesACancelledTask() {
        var runtime = runtime();
        runtime.close();
        var trace = new ArrayList<String>();
        var handle = runtime.spawn("late", speaker(trace, "a", 1));
        assertTrue(handle.isFinished());
        var cancelled = assertThrows(CancelledException.class, () -> handle.poll(Context.of(Waker.noop())));
        assertEquals("test was closed", cancelled.reason());
        assertEquals(List.of(), trace);
        assertThrows(IllegalStateException.class, () -> runtime.blockOn(Future.ready(1)));
        runtime.close();
    }

    @Test
    void closeDoesNotWaitForATaskThatWillNotEnd() {
        var runtime = runtime();
        runtime.spawn("stubborn", new Future<>() {
            @Override
            public Poll<Object> poll(Context cx) {
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) {
                cx.waker().wake();
                return Poll.pending();
            }
        });
        assertThrows(Exception.class, () -> runtime.blockOn(Future.failed(new Exception("end"))));
        runtime.close(Duration.ofMillis(20));
        assertTrue(runtime.isClosed());
    }

    @Test
    void cleanUpIsCutWhenTheGracePeriodOfTheEndIsOver() throws Exception {
        var trace = Collections.synchronizedList(new ArrayList<String>());
        var runtime = runtime();
        JoinHandle<Object> handle = runtime.spawn("slow", new Future<>() {
            private Future<Void> cleanUp = Time.sleep(Duration.ofHours(1)).map(_ -> null);

            @Override
            public Poll<Object> poll(Context cx) {
                trace.add("grace while running: " + cx.find(Grace.KEY));
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) throws Exception {
                if (cx.get(Grace.KEY).isOver()) {
                    trace.add("cut");
                    return cleanUp.pollCancel(cx);
                }
                trace.add("clean-up");
                return cleanUp.poll(cx);
            }
        });
        runtime.blockOn(polled(trace));
        runtime.close(Duration.ofMillis(1));
        assertEquals("grace while running: null", trace.getFirst());
        assertEquals("cut", trace.getLast()); // after "clean-up", unless the machine is slow

        assertTrue(handle.isFinished());
        assertEquals(0, runtime.metrics().timers());
    }

    @Test
    void cleanUpOfATaskIsCutWhenItsGracePeriodIsOver() throws Exception {
        var trace = Collections.synchronizedList(new ArrayList<String>());
        var kept = Collections.synchronizedList(
                new ArrayList<Waker>()); // else the task is lost, and ends as such on a slow machine
        try (var runtime = kind.builder().gracePeriod(Duration.ofMillis(3)).build()) {
            JoinHandle<Object> handle = runtime.spawn("slow", new Future<>() {
                @Override
                public Poll<Object> poll(Context cx) {
                    kept.add(cx.waker());
                    return Poll.pending();
                }

                @Override
                public Poll<Void> pollCancel(Context cx) {
                    boolean over = cx.get(Grace.KEY).isOver();
                    trace.add(over ? "cut" : "clean-up");
                    cx.waker();
                    return over ? Poll.ready(null) : Poll.pending();
                }
            });
            runtime.blockOn(polled(kept));
            handle.abort("enough");
            assertThrows(CancelledException.class, () -> runtime.blockOn(handle));
            assertEquals("cut", trace.getLast()); // after "clean-up", unless the machine is slow
            assertEquals(1, kept.size());
        }
    }

    /// Is never ready; its clean-up waits until its grace period is over.
    private static Future<Object> stubborn(List<String> trace) {
        return new Future<>() {
            @Override
            public Poll<Object> poll(Context cx) {
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) {
                Grace grace = cx.find(Grace.KEY);
                trace.add(grace == null ? "no period" : grace.isOver() ? "cut" : "clean-up");
                cx.waker();
                return grace == null || grace.isOver() ? Poll.ready(null) : Poll.pending();
            }
        };
    }

    @Test
    void cleanUpOfWhatTimedOutIsCutWhenItsGracePeriodIsOver() throws Exception {
        var trace = new ArrayList<String>();
        try (var runtime = kind.builder().gracePeriod(Duration.ofMillis(3)).build()) {
            Future<Object> timeout = Time.timeout(stubborn(trace), Duration.ofMillis(1));
            assertThrows(dev.wakeful.TimeoutException.class, () -> runtime.blockOn(timeout));
        }
        assertEquals("cut", trace.getLast());
    }

    @Test
    void cleanUpOfWhatATokenCancelledIsCutWhenItsGracePeriodIsOver() throws Exception {
        var trace = new ArrayList<String>();
        var token = new CancellationToken();
        try (var runtime = kind.builder().gracePeriod(Duration.ofMillis(3)).build()) {
            var run = runtime.spawn(token.runUntilCancelled(stubborn(trace)));
            runtime.blockOn(Async.yieldNow());
            token.cancel("enough");
            assertEquals(Optional.empty(), runtime.blockOn(run));
        }
        assertTrue(
                trace.isEmpty() || trace.getLast().equals("cut"), trace.toString()); // empty when it was never polled
    }

    @Test
    void interruptWindsTheFutureDownAndIsThrown() throws Exception {
        var wound = new AtomicBoolean();
        var polled = new CountDownLatch(1);
        var thrown = new AtomicReference<Throwable>();
        var runtime = runtime();
        Future<Void> waits = new Future<>() {
            private final WakerCell cell = new WakerCell();

            @Override
            public Poll<Void> poll(Context cx) {
                cell.register(cx.waker());
                polled.countDown();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) {
                wound.set(true);
                return Poll.ready(null);
            }
        };
        var thread = Thread.ofPlatform().start(() -> {
            try {
                runtime.blockOn(waits);
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        polled.await();
        thread.interrupt();
        thread.join();
        runtime.close();
        assertInstanceOf(InterruptedException.class, thrown.get());
        assertTrue(wound.get());
    }

    @Test
    void severalThreadsMayBlock() throws Exception {
        try (var runtime = runtime()) {
            var sum = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 8; i++) {
                int number = i;
                threads.add((i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                    try {
                        for (int round = 0; round < 50; round++) {
                            sum.addAndGet(runtime.blockOn(
                                    Time.sleep(Duration.ofNanos(number * 1000L)).map(_ -> 1)));
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(400, sum.get());
        }
    }

    @Test
    void spawnerOfTheContextStartsDetachedTasks() throws Exception {
        try (var runtime = runtime()) {
            Future<JoinHandle<String>> spawns =
                    cx -> Poll.ready(cx.get(Spawner.KEY).spawn("child", Future.ready("from the child")));
            assertEquals("from the child", runtime.blockOn(runtime.blockOn(spawns)));
        }
    }

    @Test
    void blockingWorkRunsOnAVirtualThread() throws Exception {
        try (var runtime = runtime()) {
            Future<Boolean> work = Future.ready(0).then(_ -> cx -> Poll.ready(true));
            assertTrue(runtime.blockOn(work));
            assertTrue(runtime.blockOn(blocking(() -> Thread.currentThread().isVirtual())));
            assertFalse(runtime.blockOn(blocking(() -> Thread.currentThread().isInterrupted())));
        }
    }

    @Test
    void cancelledBlockingWorkIsInterruptedAndWaitedFor() throws Exception {
        var trace = new ArrayList<String>();
        try (var runtime = runtime()) {
            Future<Object> sleeps = blocking(() -> {
                try {
                    Thread.sleep(Duration.ofHours(1));
                } catch (InterruptedException e) {
                    trace.add("interrupted");
                }
                return null;
            });
            assertThrows(
                    dev.wakeful.TimeoutException.class,
                    () -> runtime.blockOn(Time.timeout(sleeps, Duration.ofMillis(1))));
            assertEquals(List.of("interrupted"), trace);
        }
    }

    @Test
    void spawnedBlockingWorkIsInterruptedByAbort() throws Exception {
        try (var runtime = runtime()) {
            assertEquals("done", runtime.blockOn(runtime.spawnBlocking(() -> "done")));
            var started = new CountDownLatch(1);
            JoinHandle<Object> handle = runtime.spawnBlocking(() -> {
                started.countDown();
                Thread.sleep(Duration.ofHours(1));
                return null;
            });
            runtime.blockOn(blocking(() -> {
                started.await();
                return 0;
            }));
            handle.abort("enough");
            assertThrows(CancelledException.class, () -> runtime.blockOn(handle));
        }
    }
}
