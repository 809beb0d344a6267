// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.AsyncConsumer;
import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Tasks that one thread alone polls: S-T8.
@ParameterizedClass
@EnumSource(Kind.class)
class LocalTaskTest {
    private final Kind kind;

    LocalTaskTest(Kind kind) {
        this.kind = kind;
    }

    private AsyncRuntime.Builder builder() {
        return kind.builder().name("test").gracePeriod(Duration.ofSeconds(30));
    }

    /// A scope that ends with its children.
    private static Future<Void> scope(Consumer<TaskScope> body) {
        return TaskScope.run(new AsyncConsumer<TaskScope>() {
            @Override
            public void accept(TaskScope scope) {
                throw new IllegalStateException("start is called instead");
            }

            @Override
            public Future<Void> start(TaskScope scope) {
                return poll(() -> body.accept(scope));
            }
        });
    }

    private static Future<Void> poll(Runnable action) {
        return cx -> {
            action.run();
            return Poll.ready(null);
        };
    }

    /// Waits for its cancel, and says on which threads it was polled and cleaned up.
    private static final class Waits implements Future<Void> {
        final AtomicReference<Thread> polledBy = new AtomicReference<>();
        final AtomicReference<Thread> cleanedUpBy = new AtomicReference<>();
        private final Future<Void> cleanUp = Async.yieldNow();

        @Override
        public Poll<Void> poll(Context cx) {
            polledBy.set(Thread.currentThread());
            cx.waker();
            return Poll.pending();
        }

        @Override
        public Poll<Void> pollCancel(Context cx) throws Exception {
            if (!cleanUp.poll(cx).isReady()) {
                return Poll.pending();
            }
            cleanedUpBy.set(Thread.currentThread());
            return Poll.ready(null);
        }
    }

    /// Steps aside in one of several ways between its polls, and counts those on another thread than the first.
    private static final class Wanderer implements Future<Integer> {
        private final SplittableRandom random;
        private final Queue<WakerCell> inHands;
        private final Thread home = Thread.currentThread();
        private int left = 20;
        private int elsewhere;
        private Future<?> step = Future.ready(null);

        Wanderer(long seed, Queue<WakerCell> inHands) {
            this.random = new SplittableRandom(seed);
            this.inHands = inHands;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            elsewhere += Thread.currentThread() == home ? 0 : 1;
            while (step.poll(cx).isReady()) {
                if (left-- == 0) {
                    return Poll.ready(elsewhere);
                }
                step = switch (random.nextInt(4)) {
                    case 0 -> Async.yieldNow();
                    case 1 -> Time.sleep(Duration.ofNanos(random.nextInt(300_000)));
                    default -> new Handed(inHands);
                };
            }
            return Poll.pending();
        }
    }

    /// Is ready when another thread has woken it.
    private static final class Handed implements Future<Void> {
        private final WakerCell cell = new WakerCell();
        private final Queue<WakerCell> inHands;
        private boolean handedOut;

        Handed(Queue<WakerCell> inHands) {
            this.inHands = inHands;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (handedOut) {
                return Poll.ready(null);
            }
            handedOut = true;
            cell.register(cx.waker());
            inHands.add(cell);
            return Poll.pending();
        }
    }

    @Test
    void isPolledByTheThreadThatSpawnedItWhoeverWakesIt() throws Exception {
        long seed = Long.getLong("wakeful.seed", System.nanoTime());
        var inHands = new ConcurrentLinkedQueue<WakerCell>();
        var handles = new ConcurrentLinkedQueue<JoinHandle<Integer>>();
        var stop = new AtomicBoolean();
        Thread waker = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                for (WakerCell cell = inHands.poll(); cell != null; cell = inHands.poll()) {
                    cell.wake();
                }
                Thread.onSpinWait();
            }
        });
        try (var runtime = builder().build()) {
            for (int round = 0; round < 25; round++) {
                long first = seed + round * 8;
                runtime.blockOn(scope(scope -> {
                    for (int i = 0; i < 8; i++) {
                        long own = first + i;
                        scope.spawn(poll(() -> handles.add(scope.spawnLocal(new Wanderer(own, inHands)))));
                    }
                }));
            }
            assertEquals(200, handles.size());
            for (JoinHandle<Integer> handle : handles) {
                int elsewhere = runtime.blockOn(handle);
                assertEquals(0, elsewhere, handle + "; again with -Dwakeful.seed=" + seed);
            }
        } finally {
            stop.set(true);
            waker.join();
        }
    }

    @Test
    void anAbortIsCleanedUpByItsThread() throws Exception {
        var waits = new Waits();
        var spawned = new AtomicReference<JoinHandle<Void>>();
        try (var runtime = builder().build()) {
            JoinHandle<Void> owner = runtime.spawn(scope(scope -> spawned.set(scope.spawnLocal(waits))));
            runtime.blockOn(until(() -> waits.polledBy.get() != null));
            spawned.get().abort("enough");
            runtime.blockOn(owner);
        }
        assertSame(waits.polledBy.get(), waits.cleanedUpBy.get());
        assertThrows(CancelledException.class, () -> spawned.get().poll(Context.of(Waker.noop())));
    }

    @Test
    void theEndOfTheRuntimeIsCleanedUpByItsThread() throws Exception {
        var waits = new Waits();
        try (var runtime = builder().build()) {
            runtime.spawn(scope(scope -> scope.spawnLocal(waits)));
            runtime.blockOn(until(() -> waits.polledBy.get() != null));
        }
        assertSame(waits.polledBy.get(), waits.cleanedUpBy.get());
    }

    private static Future<Void> until(java.util.function.BooleanSupplier condition) {
        return new Future<>() {
            private Future<Void> yield = Async.yieldNow();

            @Override
            public Poll<Void> poll(Context cx) throws Exception {
                while (!condition.getAsBoolean()) {
                    if (!yield.poll(cx).isReady()) {
                        return Poll.pending();
                    }
                    yield = Async.yieldNow();
                }
                return Poll.ready(null);
            }
        };
    }

    @Test
    void childrenThatALocalTaskSpawnsAreNotLocal() throws Exception {
        var local = new ArrayList<Boolean>();
        try (var runtime = builder().build()) {
            runtime.blockOn(scope(scope -> scope.spawnLocal(scope(inner -> {
                JoinHandle<Object> ordinary = inner.spawn(Future.ready(1));
                JoinHandle<Object> another = inner.spawnLocal(Future.ready(2));
                local.add(((dev.wakeful.task.Task<?>) ordinary).isLocal());
                local.add(((dev.wakeful.task.Task<?>) another).isLocal());
            }))));
        }
        assertEquals(List.of(false, true), local);
    }

    @Test
    void isRefusedOnAThreadThatPollsNoTasks() throws Exception {
        var refused = new AtomicReference<Throwable>();
        try (var runtime = builder().build()) {
            runtime.blockOn(scope(scope -> {
                Thread other = Thread.ofPlatform().name("other").start(() -> {
                    try {
                        scope.spawnLocal(Future.ready(1));
                    } catch (Throwable thrown) {
                        refused.set(thrown);
                    }
                });
                join(other);
            }));
        }
        assertInstanceOf(IllegalStateException.class, refused.get());
        assertEquals(
                "a local task is polled by the thread that spawns it, but the thread \"other\" polls no tasks of test;"
                        + " call spawnLocal inside a block that this runtime runs",
                refused.get().getMessage());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aDumpSaysThatItIsLocal() throws Exception {
        var waits = new Waits();
        try (var runtime = builder().build()) {
            runtime.spawn(scope(scope -> scope.spawnLocal("windows", waits)));
            runtime.blockOn(until(() -> waits.polledBy.get() != null));
            Kind.settle(runtime);
            String text = runtime.dump().text();
            assertTrue(text.contains("\"windows\", local, waiting:\n"), text);
            String json = runtime.dump().json();
            assertTrue(json.contains("\"name\":\"windows\",\"status\":\"waiting\",\"local\":true,"), json);
        }
    }

    @Test
    void staysWithAThreadThatWasHeldAndReplaced() throws Exception {
        if (kind == Kind.CURRENT_THREAD) {
            return; // nobody could take over
        }
        var threads = new ConcurrentLinkedQueue<Thread>();
        var held = new AtomicReference<Thread>();
        var release = new AtomicBoolean();
        try (var runtime = kind.builder().workers(1).onReport(_ -> {}).build()) {
            JoinHandle<Void> owner = runtime.spawn(scope(scope -> {
                for (int i = 0; i < 3; i++) {
                    scope.spawnLocal(Time.sleep(Duration.ofMillis(1))
                            .then(_ -> poll(() -> threads.add(Thread.currentThread()))));
                }
                held.set(Thread.currentThread());
                while (!release.get()) {
                    Thread.onSpinWait();
                }
            }));
            Thread other = runtime.blockOn((Future<Thread>) cx -> Poll.ready(Thread.currentThread()));
            assertNotSame(held.get(), other);
            assertTrue(threads.isEmpty());
            release.set(true);
            runtime.blockOn(owner);
            held.get().join();
        }
        Thread home = held.get();
        assertEquals(List.of(home, home, home), List.copyOf(threads));
    }

    @Test
    void staysWithAThreadWhoseWorkerHasDied() throws Exception {
        if (kind == Kind.CURRENT_THREAD) {
            return; // what it throws comes out of blockOn
        }
        var broken = new AtomicReference<Thread>();
        var clock = new Clock(
                () -> {
                    if (broken.compareAndSet(Thread.currentThread(), null)) {
                        throw new IllegalStateException("the clock is broken, for once");
                    }
                    return System.nanoTime();
                },
                Instant.EPOCH);
        var waits = new Waits();
        var spawned = new AtomicReference<JoinHandle<Void>>();
        try (var runtime = kind.builder().workers(1).clock(clock).build()) {
            JoinHandle<Void> owner = runtime.spawn(scope(scope -> spawned.set(scope.spawnLocal(waits))));
            runtime.blockOn(until(() -> waits.polledBy.get() != null));
            Thread first = waits.polledBy.get();
            broken.set(first);
            while (runtime.blockOn((Future<Thread>) cx -> Poll.ready(Thread.currentThread())) == first) {
                Thread.onSpinWait();
            }
            assertTrue(first.isAlive());
            spawned.get().abort("enough");
            runtime.blockOn(owner);
            assertSame(first, waits.cleanedUpBy.get());
            first.join();
        }
    }
}
