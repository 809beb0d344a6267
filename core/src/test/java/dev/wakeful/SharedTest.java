// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SharedTest {
    private final List<String> trace = new ArrayList<>();
    private final Leaf<String> source = new Leaf<>("s", trace);
    private final Future<String> shared = source.shared();
    private final CountingWaker first = new CountingWaker();
    private final CountingWaker second = new CountingWaker();

    @Test
    void allGetTheSameValueThroughOneObject() throws Exception {
        shared.poll(first.cx());
        shared.poll(second.cx());
        var value = new String("value");
        source.complete(value);
        assertTrue(first.isWoken());
        assertTrue(second.isWoken());
        assertSame(value, Hand.ready(shared.poll(second.cx())));
        assertSame(value, Hand.ready(shared.poll(first.cx())));
        assertThrows(IllegalStateException.class, () -> shared.poll(first.cx()));
    }

    @Test
    void allGetTheSameThrowable() throws Exception {
        shared.poll(first.cx());
        shared.poll(second.cx());
        var failure = new IOException("broken");
        source.fail(failure);
        assertSame(failure, assertThrows(IOException.class, () -> shared.poll(first.cx())));
        assertSame(failure, assertThrows(IOException.class, () -> shared.poll(second.cx())));
        assertSame(
                failure, assertThrows(IOException.class, () -> shared.shared().poll(first.cx())));
    }

    @Test
    void theSourceIsPolledOncePerWakeHoweverManyAwaitIt() throws Exception {
        shared.poll(first.cx());
        shared.poll(second.cx());
        shared.poll(first.cx());
        assertEquals(List.of("poll s"), trace);
        source.wakeOnly();
        shared.poll(second.cx());
        shared.poll(first.cx());
        assertEquals(List.of("poll s", "poll s"), trace);
    }

    @Test
    void wakerThatThrowsKeepsNobodyElseFromBeingWoken() throws Exception {
        var thrown = new IllegalStateException("a waker that breaks its contract");
        shared.poll(Context.of(() -> {
            throw thrown;
        }));
        var other = shared.shared();
        var woken = new AtomicInteger();
        other.poll(Context.of(woken::incrementAndGet));
        var told = new AtomicReference<Throwable>();
        var waking = new Thread(() -> source.complete("value"));
        waking.setUncaughtExceptionHandler((_, uncaught) -> told.set(uncaught));
        waking.start();
        waking.join();
        assertSame(thrown, told.get());
        assertEquals(1, woken.get());
    }

    @Test
    void twoBranchesOfOneTaskEachHaveAPlace() throws Exception {
        var executor = new StepExecutor();
        var task = executor.spawn(Futures.join(shared, shared.shared()));
        executor.runAll();
        source.complete("x");
        executor.runAll();
        assertEquals(new Futures.Two<>("x", "x"), StepExecutor.result(task));
    }

    @Test
    void whenTheDriverGivesUpAnotherDrives() throws Exception {
        shared.poll(first.cx());
        shared.poll(second.cx());
        assertTrue(shared.pollCancel(first.cx()).isReady());
        assertFalse(trace.contains("cancel s"));
        source.complete("x");
        assertTrue(second.isWoken());
        assertEquals("x", Hand.ready(shared.poll(second.cx())));
    }

    @Test
    void theLastToGiveUpWindsTheSourceDown() throws Exception {
        source.withSlowCleanUp();
        shared.poll(first.cx());
        shared.poll(second.cx());
        assertTrue(shared.pollCancel(second.cx()).isReady());
        assertFalse(shared.pollCancel(first.cx()).isReady());
        first.takeWakes();
        source.finishCleanUp();
        assertTrue(first.isWoken());
        assertTrue(shared.pollCancel(first.cx()).isReady());
        assertEquals(1, Collections.frequency(trace, "end s"));
        assertThrows(IllegalStateException.class, () -> shared.poll(second.cx()));
    }

    @Test
    void whoComesAfterTheLastGaveUpGetsTheCancelledOutcome() throws Exception {
        shared.poll(first.cx());
        shared.pollCancel(first.cx());
        assertThrows(CancelledException.class, () -> shared.poll(second.cx()));
        assertThrows(CancelledException.class, () -> shared.shared().poll(first.cx()));
    }

    @Test
    void whoComesAfterTheEndGetsTheValueAtOnce() throws Exception {
        source.complete("x");
        assertEquals("x", Hand.ready(shared.poll(first.cx())));
        assertEquals("x", Hand.ready(shared.poll(second.cx())));
        assertEquals(List.of("poll s"), trace);
    }

    @Test
    void aFailedCleanUpIsThrownToTheLastToGiveUp() throws Exception {
        source.withFailingCleanUp(new IOException("clean-up"));
        shared.poll(first.cx());
        assertThrows(IOException.class, () -> shared.pollCancel(first.cx()));
        assertTrue(shared.pollCancel(first.cx()).isReady());
    }

    @Test
    void aSourceThatNeverAskedForItsWakerFailsForAll() throws Exception {
        Future<Integer> silent = cx -> Poll.pending();
        var executor = new StepExecutor();
        var both = silent.shared();
        var one = executor.spawn(both);
        var two = executor.spawn(both.shared());
        executor.runAll();
        var lost = assertInstanceOf(LostWakerException.class, one.failure());
        assertSame(lost, two.failure());
        assertTrue(lost.getMessage().contains("SharedTest.java"), lost.getMessage());
    }

    @Test
    void aSourceThatChecksItsOwnerMayBeDrivenByAllTasksInTurn() throws Exception {
        var executor = new StepExecutor();
        var one = executor.spawn(shared);
        var two = executor.spawn(shared);
        executor.runAll();
        one.abort();
        executor.runAll();
        source.wakeOnly();
        executor.runAll();
        source.complete("x");
        executor.runAll();
        assertEquals("x", StepExecutor.result(two));
    }

    @Test
    void theHandleOfATaskMayBeAwaitedByManyWhenShared() throws Exception {
        var executor = new StepExecutor();
        Task<String> task = executor.spawn(source);
        Future<String> many = task.shared();
        var one = executor.spawn(many);
        var two = executor.spawn(many);
        executor.runAll();
        source.complete("x");
        executor.runAll();
        assertEquals("xx", StepExecutor.result(one) + StepExecutor.result(two));
    }

    /// A source whose polls let other tasks run in their midst, as threads would.
    private static final class Interrupted extends CheckedFuture<Integer> {
        final WakerCell cell = new WakerCell();
        final StepExecutor executor;
        final Random random;
        int wakesLeft;
        boolean inPoll;
        boolean wound;

        Interrupted(StepExecutor executor, Random random) {
            this.executor = executor;
            this.random = random;
            wakesLeft = random.nextInt(5);
        }

        void progress() {
            if (wakesLeft > 0) {
                wakesLeft--;
            }
            cell.wake();
        }

        @Override
        protected @Nullable Object advance(Context cx) {
            if (inPoll) {
                throw new AssertionError("two polls at a time");
            }
            inPoll = true;
            cell.register(cx.waker());
            int seen = wakesLeft;
            for (int i = random.nextInt(4); i > 0; i--) {
                if (random.nextBoolean()) {
                    progress();
                } else if (executor.hasReady()) {
                    executor.step();
                }
            }
            inPoll = false;
            return seen == 0 ? Integer.valueOf(42) : PENDING;
        }

        @Override
        protected boolean release(Context cx) {
            if (inPoll || wound) {
                throw new AssertionError("wound down twice, or in a poll");
            }
            wound = true;
            return true;
        }
    }

    @Test
    void inSeededSchedulesNobodyHangsWhoeverGivesUp() {
        for (int seed = 0; seed < 5_000; seed++) {
            var random = new Random(seed);
            var executor = new StepExecutor(seed);
            var source = new Interrupted(executor, random);
            var shared = source.shared();
            var tasks = new ArrayList<Task<Integer>>();
            for (int i = 0; i < 4; i++) {
                tasks.add(executor.spawn(random.nextBoolean() ? shared : shared.shared()));
            }
            int aborted = 0;
            while (source.wakesLeft > 0 && aborted < 6) {
                switch (random.nextInt(4)) {
                    case 0 -> tasks.get(random.nextInt(4)).abort();
                    case 1 -> source.progress();
                    default -> {
                        if (executor.hasReady()) {
                            executor.step();
                        }
                    }
                }
                aborted += random.nextInt(8) == 0 ? 1 : 0;
            }
            while (source.wakesLeft > 0) {
                source.progress();
            }
            source.progress();
            executor.runAll();
            for (Task<Integer> task : tasks) {
                assertTrue(task.isFinished(), "seed " + seed + ": " + task + " hangs");
                Throwable failure = task.failure();
                assertTrue(failure == null || failure instanceof CancelledException, "seed " + seed + ": " + failure);
            }
        }
    }

    @RepeatedTest(20)
    void onThreadsNobodyHangsWhoeverGivesUp() throws Exception {
        int workers = 3;
        var queue = new ConcurrentLinkedQueue<Task<?>>();
        var ended = new AtomicInteger();
        var executor = new dev.wakeful.task.TaskExecutor() {
            final AtomicInteger ids = new AtomicInteger();

            @Override
            public void schedule(Task<?> task) {
                queue.add(task);
            }

            @Override
            public <V> @Nullable V find(Context.Key<V> key) {
                return null;
            }

            @Override
            public long nextTaskId() {
                return ids.incrementAndGet();
            }

            @Override
            public void ended(Task<?> task) {
                ended.incrementAndGet();
            }
        };
        var cell = new WakerCell();
        var rounds = new AtomicInteger(200);
        var source = new CheckedFuture<Integer>() {
            private int polls; // plain: the driver's polls are ordered

            @Override
            protected Object advance(Context cx) {
                polls++;
                cell.register(cx.waker());
                return rounds.get() <= 0 ? Integer.valueOf(polls) : PENDING;
            }
        };
        var shared = source.shared();
        var tasks = new ArrayList<Task<Integer>>();
        for (int i = 0; i < 8; i++) {
            var task = new Task<>(executor, "", shared);
            tasks.add(task);
            task.start();
        }
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < workers; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (ended.get() < 8 && !Thread.currentThread().isInterrupted()) {
                    Task<?> task = queue.poll();
                    if (task != null) {
                        task.run();
                    }
                }
            }));
        }
        for (int i = 0; i < 5; i++) {
            tasks.get(i).abort();
            rounds.addAndGet(-20);
            cell.wake();
        }
        while (rounds.getAndDecrement() > 0) {
            cell.wake();
        }
        cell.wake();
        for (Thread thread : threads) {
            thread.join(30_000);
            assertFalse(thread.isAlive(), "a task hangs");
        }
        for (int i = 5; i < 8; i++) {
            assertTrue(StepExecutor.result(tasks.get(i)) > 0);
        }
    }
}
