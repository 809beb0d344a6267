// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.spi.Spawner;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several workers: semantics S-E1, S-E3, S-E4, S-E5 and S-E6.
class MultiThreadTest {
    /// Two tasks that wake each other `times` times, and say so.
    private static final class Pair {
        private final List<String> trace;
        private final WakerCell[] cells = {new WakerCell(), new WakerCell()};
        private int turn;
        private final int times;

        Pair(List<String> trace, int times) {
            this.trace = trace;
            this.times = times;
        }

        Future<Void> player(int self) {
            return cx -> {
                cells[self].register(cx.waker());
                if (turn % 2 == self && turn < times) {
                    trace.add("pair");
                    turn++;
                    cells[1 - self].wake();
                }
                if (turn < times) {
                    return Poll.pending();
                }
                cells[1 - self].wake();
                return Poll.ready(null);
            };
        }
    }

    private static Future<Void> spawning(List<Future<?>> children) {
        return cx -> {
            for (Future<?> child : children) {
                cx.get(Spawner.KEY).spawn("", child);
            }
            return Poll.ready(null);
        };
    }

    @Test
    void tasksThatWakeEachOtherLetTheOthersRunAfterThreePolls() throws Exception {
        var trace = Collections.synchronizedList(new ArrayList<String>());
        try (var runtime = AsyncRuntime.multiThread().workers(1).build()) {
            var pair = new Pair(trace, 50);
            var left = new int[] {10};
            Future<Void> other = cx -> {
                trace.add("other");
                cx.waker().wake();
                return --left[0] == 0 ? Poll.ready(null) : Poll.pending();
            };
            runtime.blockOn(spawning(List.of(other, pair.player(1), pair.player(0))));
            Kind.settle(runtime);
        }
        int inRow = 0;
        int seen = 0;
        for (String who : trace) {
            if (who.equals("other")) {
                seen++;
                inRow = 0;
            } else if (seen > 0 && seen < 10) {
                inRow++;
                assertTrue(inRow <= 4, trace.toString()); // the one out of the queue and three out of the slot
            }
        }
    }

    @Test
    void aTaskOutOfTheSlotGoesOnWithTheBudgetThatIsLeft() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(1).build()) {
            var units = new AtomicInteger();
            Future<Void> counts = cx -> {
                while (cx.hasBudget()) {
                    cx.spendBudget();
                    units.getAndIncrement();
                }
                return Poll.ready(null);
            };
            Future<Void> spends = cx -> {
                for (int i = 0; i < 100; i++) {
                    cx.spendBudget();
                }
                cx.get(Spawner.KEY).spawn("", counts);
                return Poll.ready(null);
            };
            runtime.blockOn(spends);
            Kind.settle(runtime);
            assertEquals(28, units.get());
        }
    }

    @Test
    void aTaskInTheSlotOfABusyWorkerIsPolledByAnother() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(2).build()) {
            var polledBy = new AtomicReference<Thread>();
            Future<Void> busy = cx -> {
                cx.get(Spawner.KEY).spawn("in the slot", other -> {
                    polledBy.set(Thread.currentThread());
                    return Poll.ready(null);
                });
                while (polledBy.get() == null) {
                    Thread.onSpinWait();
                }
                assertNotSame(Thread.currentThread(), polledBy.get());
                return Poll.ready(null);
            };
            runtime.blockOn(busy);
        }
    }

    /// A task that is alone in a queue is left to its worker for some looks, and not for ever.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoTasksThatNeverWaitEachGetsAWorker(boolean yields) throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(2).build()) {
            var polling = new AtomicInteger();
            var together = new AtomicBoolean();
            Future<Void> second = busy(polling, together, yields);
            Future<Void> first = busy(polling, together, yields);
            var spawned = new AtomicBoolean();
            runtime.blockOn((Future<Void>) cx -> {
                if (!spawned.getAndSet(true)) {
                    cx.get(Spawner.KEY).spawn("", second);
                }
                return first.poll(cx);
            });
            Kind.settle(runtime);
            assertTrue(together.get());
        }
    }

    /// A task that is polled until it was polled at the same time as another one.
    private static Future<Void> busy(AtomicInteger polling, AtomicBoolean together, boolean yields) {
        return cx -> {
            int others = polling.getAndIncrement();
            for (int i = 0; i < 200; i++) {
                Thread.onSpinWait();
            }
            polling.getAndDecrement();
            if (others > 0) {
                together.set(true);
            }
            if (together.get()) {
                return Poll.ready(null);
            }
            if (yields) {
                cx.defer(cx.waker());
            } else {
                cx.waker().wake();
            }
            return Poll.pending();
        };
    }

    @Test
    void aYieldLetsTheReadyTasksGoFirst() throws Exception {
        var trace = Collections.synchronizedList(new ArrayList<String>());
        try (var runtime = AsyncRuntime.multiThread().workers(1).build()) {
            var tasks = new ArrayList<Future<?>>();
            tasks.add(Async.yieldNow().map(_ -> trace.add("yielded")));
            for (int i = 0; i < 2; i++) {
                tasks.add(Future.ready(i).map(_ -> trace.add("ready")));
            }
            runtime.blockOn(spawning(tasks));
            while (runtime.metrics().tasksLive() > 0) {
                Thread.onSpinWait();
            }
        }
        assertEquals(List.of("ready", "ready", "yielded"), trace);
    }

    @Test
    void queuesThatOverflowAndAreStolenFromPollEachTaskAsOftenAsItWasWoken() throws Exception {
        long seed = Long.getLong("wakeful.seed", System.nanoTime());
        int count = 20_000;
        var polls = new AtomicIntegerArray(count);
        try (var runtime = AsyncRuntime.multiThread()
                .workers(4)
                .queueCapacity(2)
                .budget(1)
                .seed(seed)
                .build()) {
            var random = new SplittableRandom(seed);
            var wanted = new int[count];
            var tasks = new ArrayList<Future<?>>();
            for (int i = 0; i < count; i++) {
                int index = i;
                wanted[i] = 1 + random.nextInt(4);
                tasks.add((Future<Void>) cx -> {
                    if (polls.incrementAndGet(index) == wanted[index]) {
                        return Poll.ready(null);
                    }
                    if ((index & 1) == 0) {
                        cx.waker().wake();
                    } else {
                        cx.defer(cx.waker());
                    }
                    return Poll.pending();
                });
            }
            for (int from = 0; from < count; from += 1000) {
                runtime.blockOn(spawning(tasks.subList(from, from + 1000)));
            }
            while (runtime.metrics().tasksLive() > 0) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < count; i++) {
                assertEquals(wanted[i], polls.get(i), "task " + i + "; again with -Dwakeful.seed=" + seed);
            }
        }
    }

    /// Waits to be told, and tells the next.
    private static final class Link implements Future<Void> {
        private final WakerCell cell = new WakerCell();
        private final AtomicBoolean told = new AtomicBoolean();
        private Link next;

        void tell() {
            told.set(true);
            cell.wake();
        }

        @Override
        public Poll<Void> poll(Context cx) {
            cell.register(cx.waker());
            if (!told.get()) {
                return Poll.pending();
            }
            if (next != null) {
                next.tell();
            }
            return Poll.ready(null);
        }
    }

    @Test
    void wakesFromManyThreadsFindAnIdlePoolAwake() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(3).spin(0).build()) {
            for (int round = 0; round < 3_000; round++) {
                var links = new ArrayList<Link>();
                var handles = new ArrayList<JoinHandle<Void>>();
                for (int i = 0; i < 4; i++) {
                    var link = new Link();
                    if (i > 0) {
                        links.getLast().next = link;
                    }
                    links.add(link);
                    handles.add(runtime.spawn(link));
                }
                links.getFirst().tell();
                runtime.blockOn(handles.getLast());
            }
        }
    }

    @Test
    void anInterruptOfAWorkerIsIgnored() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(1).build()) {
            Future<Boolean> interrupted = cx -> {
                Thread.currentThread().interrupt();
                return Poll.ready(Thread.currentThread().isInterrupted());
            };
            assertEquals(false, runtime.blockOn(interrupted));
            runtime.blockOn(Time.sleep(Duration.ofMillis(1)));
        }
    }

    @Test
    void aWorkerThatDiesIsReplaced() throws Exception {
        var broken = new AtomicBoolean();
        var clock = new Clock(
                () -> {
                    if (Thread.currentThread() instanceof WorkerThread && broken.getAndSet(false)) {
                        throw new IllegalStateException("the clock is broken, for once");
                    }
                    return System.nanoTime();
                },
                Instant.EPOCH);
        try (var runtime = AsyncRuntime.multiThread().workers(1).clock(clock).build()) {
            var first = runtime.blockOn((Future<Thread>) cx -> Poll.ready(Thread.currentThread()));
            JoinHandle<Void> sleeper = runtime.spawn(Time.sleep(Duration.ofMillis(3)));
            Kind.settle(runtime);
            broken.set(true);
            runtime.blockOn(sleeper);
            var second = runtime.blockOn((Future<Thread>) cx -> Poll.ready(Thread.currentThread()));
            assertNotSame(first, second);
        }
    }

    @Test
    void aWorkerThatDiesGoesOnWhenThereIsNoThreadForAnother() throws Exception {
        var broken = new AtomicBoolean();
        var clock = new Clock(
                () -> {
                    if (Thread.currentThread() instanceof WorkerThread && broken.getAndSet(false)) {
                        throw new IllegalStateException("the clock is broken, for once");
                    }
                    return System.nanoTime();
                },
                Instant.EPOCH);
        var threads = new AtomicInteger();
        try (var runtime = AsyncRuntime.multiThread()
                .workers(1)
                .clock(clock)
                .starter(thread -> {
                    if (threads.getAndIncrement() > 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    thread.start();
                })
                .build()) {
            JoinHandle<Void> sleeper = runtime.spawn(Time.sleep(Duration.ofMillis(3)));
            Kind.settle(runtime);
            broken.set(true);
            runtime.blockOn(sleeper);
            assertEquals("alive", runtime.blockOn(Future.ready("alive")));
        }
        assertEquals(2, threads.get());
    }

    @Test
    void aRuntimeThatGetsNoThreadsIsNotBuilt() {
        var threads = new AtomicInteger();
        var builder = AsyncRuntime.multiThread().workers(2).starter(thread -> {
            if (threads.getAndIncrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            thread.start();
        });
        assertEquals(
                "unable to create native thread",
                assertThrows(OutOfMemoryError.class, builder::build).getMessage());
    }

    @Test
    void anErrorOfAnyKindEndsItsTaskOnly() throws Exception {
        for (Throwable failure : List.of(
                new Error("error"),
                new OutOfMemoryError("none left"),
                new NoClassDefFoundError("gone"),
                new StackOverflowError("deep"),
                new Throwable("bare"))) {
            try (var runtime = AsyncRuntime.multiThread().workers(1).build()) {
                Future<Void> throwing = cx -> {
                    throw MultiThreadTest.<RuntimeException>unchecked(failure);
                };
                var handle = runtime.spawn(throwing);
                assertEquals(failure, assertThrows(Throwable.class, () -> runtime.blockOn(handle)));
                assertEquals("alive", runtime.blockOn(Future.ready("alive")));
            }
        }
    }

    @SuppressWarnings("unchecked") // erased: what is given is thrown
    private static <X extends Throwable> X unchecked(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    void aWakerThatThrowsKeepsNobodyElseFromBeingWoken() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(1).build()) {
            Future<Void> defers = cx -> {
                cx.defer(Waker.of(() -> {
                    throw new IllegalStateException("a waker that breaks its contract");
                }));
                return Poll.ready(null);
            };
            runtime.blockOn(spawning(List.of(Async.yieldNow(), defers, Async.yieldNow(), Async.yieldNow())));
            while (runtime.metrics().tasksLive() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void blockOnOnAVirtualThreadParks() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(2).build()) {
            var done = new CountDownLatch(100);
            for (int i = 0; i < 100; i++) {
                Thread.ofVirtual().start(() -> {
                    try {
                        runtime.blockOn(Time.sleep(Duration.ofMillis(5)));
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    done.countDown();
                });
            }
            done.await();
        }
    }

    @Test
    void workersMustBePositive() {
        var builder = AsyncRuntime.multiThread();
        assertEquals(
                "workers must be positive, but was 0",
                assertThrows(IllegalArgumentException.class, () -> builder.workers(0))
                        .getMessage());
    }
}
