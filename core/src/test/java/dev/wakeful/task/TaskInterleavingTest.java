// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.fixture.StepExecutor;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Wakes, cancels and ends that meet in every order: each wake leads to a poll that begins after it, polls never
/// overlap, a task is in one queue at most.
class TaskInterleavingTest {
    /// A future whose progress is a number of signals; it notes which it has seen.
    private static final class Signals implements Future<Integer> {
        final Random random;
        final int goal;
        int given;
        int seen;
        boolean polling;
        int windDowns;
        int cancelPolls;
        Waker waker = Waker.noop();
        Runnable inPoll = () -> {};

        Signals(Random random) {
            this.random = random;
            goal = 1 + random.nextInt(5);
            windDowns = random.nextInt(3);
        }

        void signal() {
            given++;
            waker.wake();
        }

        @Override
        public Poll<Integer> poll(Context cx) {
            enter();
            waker = cx.waker();
            inPoll.run();
            seen = given;
            inPoll.run();
            polling = false;
            if (seen >= goal) {
                return Poll.ready(seen);
            }
            if (random.nextInt(4) == 0) {
                cx.defer(waker); // gives way: one poll more than there are signals
            }
            return Poll.pending();
        }

        @Override
        public Poll<@Nullable Void> pollCancel(Context cx) {
            enter();
            waker = cx.waker();
            inPoll.run();
            polling = false;
            cancelPolls++;
            if (cancelPolls > windDowns) {
                return Poll.ready(null);
            }
            waker.wake();
            return Poll.pending();
        }

        private void enter() {
            assertTrue(!polling, "two polls at a time");
            polling = true;
        }
    }

    @Test
    void inSeededOrdersNoSignalIsLost() {
        int completed = 0;
        int cancelled = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var executor = new StepExecutor(seed);
            var signals = new Signals(random);
            var task = executor.spawn(signals);
            signals.inPoll = () -> act(random, signals, task);
            for (int i = 0; i < 12; i++) {
                if (random.nextBoolean() && executor.hasReady()) {
                    executor.step();
                } else {
                    act(random, signals, task);
                }
            }
            executor.runAll();
            if (!task.isFinished()) {
                assertEquals(signals.given, signals.seen, "seed " + seed + ": a signal was lost");
                assertTrue(task.isIdle());
            }
            completed += task.isFinished() && !task.isCancelled() ? 1 : 0;
            cancelled += task.isCancelled() ? 1 : 0;
        }
        assertTrue(
                completed > 1_000 && cancelled > 1_000,
                "the schedules reach both ends: " + completed + ", " + cancelled);
    }

    private static void act(Random random, Signals signals, Task<?> task) {
        switch (random.nextInt(6)) {
            case 0, 1 -> signals.signal();
            case 2 -> signals.waker.wake();
            case 3 -> {
                if (random.nextInt(4) == 0) {
                    task.abort();
                }
            }
            default -> {}
        }
    }

    @RepeatedTest(10)
    void onThreadsNoSignalIsLostAndPollsAreOrdered() throws Exception {
        int tasks = 8;
        int signals = 5_000;
        var queue = new ConcurrentLinkedQueue<Task<?>>();
        var ended = new AtomicInteger();
        var executor = new TaskExecutor() {
            private final AtomicInteger ids = new AtomicInteger();

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
        var given = new AtomicInteger();
        var wakers = new ArrayList<Waker>();
        var all = new ArrayList<Task<Integer>>();
        for (int i = 0; i < tasks; i++) {
            var task = new Task<Integer>(executor, "", new Future<>() {
                private int polls; // plain: the state word orders the polls

                @Override
                public Poll<Integer> poll(Context cx) {
                    cx.waker();
                    polls++;
                    return given.get() == signals ? Poll.ready(polls) : Poll.pending();
                }
            });
            all.add(task);
            wakers.add(task.waker());
            task.start();
        }
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 3; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (ended.get() < tasks && !Thread.currentThread().isInterrupted()) {
                    Task<?> task = queue.poll();
                    if (task != null) {
                        task.run();
                    }
                }
            }));
        }
        for (int i = 0; i < signals; i++) {
            given.incrementAndGet();
            wakers.get(i % tasks).wake();
        }
        for (Waker waker : wakers) {
            waker.wake();
        }
        for (Thread thread : threads) {
            thread.join(30_000);
            assertTrue(!thread.isAlive(), "a task hangs");
        }
        for (Task<Integer> task : all) {
            assertTrue(StepExecutor.result(task) > 0);
        }
    }
}
