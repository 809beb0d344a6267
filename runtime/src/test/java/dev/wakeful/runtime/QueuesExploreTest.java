// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import dev.wakeful.task.TaskQueue;
import dev.wakeful.testkit.explore.Exploration;
import dev.wakeful.testkit.explore.Explore;
import dev.wakeful.testkit.explore.Explorer;
import dev.wakeful.testkit.explore.Model;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The queues of the executors and their way to sleep, in every schedule of two or three threads; and the mistakes that
/// would lose a task or a wake.
class QueuesExploreTest {
    /// Tasks that are only moved around.
    private static final class Idle implements TaskExecutor {
        private long ids;

        @Override
        public void schedule(Task<?> task) {}

        @Override
        public <V> @Nullable V find(Context.Key<V> key) {
            return null;
        }

        @Override
        public long nextTaskId() {
            return ++ids;
        }

        @Override
        public void ended(Task<?> task) {}

        Task<?>[] tasks(int count) {
            var tasks = new Task<?>[count];
            for (int i = 0; i < count; i++) {
                tasks[i] = new Task<>(this, "", Future.pending());
                tasks[i].start();
            }
            return tasks;
        }
    }

    /// How often each task came out to one thread.
    private static void count(@Nullable Task<?> task, int[] seen) {
        if (task != null) {
            seen[(int) task.id() - 1]++;
        }
    }

    private static int[] sum(int[]... seen) {
        var sum = new int[seen[0].length];
        for (int[] one : seen) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += one[i];
            }
        }
        return sum;
    }

    private static void drain(RunRing ring, int[] seen) {
        for (Task<?> task = ring.pop(); task != null; task = ring.pop()) {
            count(task, seen);
        }
    }

    // ------------------------------------------------------------------------------------------------- queues

    @Explore
    void eachTaskOfARingComesOutOnceAlthoughAThiefTakesSome(Model model) {
        var ring = new RunRing(2);
        Task<?>[] tasks = new Idle().tasks(3);
        int[] owner = new int[3];
        int[] thief = new int[3];
        model.thread("owner", () -> {
            ring.push(tasks[0]);
            ring.push(tasks[1]);
            count(ring.pop(), owner);
            while (!ring.push(tasks[2])) { // the place of the first is used again
                count(ring.pop(), owner);
            }
        });
        model.thread("thief", () -> {
            count(ring.steal(), thief);
            count(ring.steal(), thief);
        });
        model.afterwards(() -> {
            drain(ring, owner);
            assertArrayEquals(new int[] {1, 1, 1}, sum(owner, thief));
        });
    }

    @Explore(preemptions = 3)
    void eachTaskComesOutOnceWhenHalfARingIsStolen(Model model) {
        var ring = new RunRing(4);
        var other = new RunRing(4);
        Task<?>[] tasks = new Idle().tasks(4);
        int[] owner = new int[4];
        int[] thief = new int[4];
        int[] second = new int[4];
        for (int i = 0; i < 3; i++) {
            ring.push(tasks[i]);
        }
        model.thread("owner", () -> {
            count(ring.pop(), owner);
            ring.push(tasks[3]);
        });
        model.thread("thief", () -> {
            count(ring.stealHalf(other), thief);
            drain(other, thief);
        });
        model.thread("second thief", () -> {
            count(ring.steal(), second);
            count(other.steal(), second);
        });
        model.afterwards(() -> {
            drain(ring, owner);
            drain(other, owner);
            assertArrayEquals(new int[] {1, 1, 1, 1}, sum(owner, thief, second));
        });
    }

    @Explore
    void theSlotGivesEachTaskOnce(Model model) {
        var slot = new LifoSlot();
        Task<?>[] tasks = new Idle().tasks(2);
        int[] owner = new int[2];
        int[] thief = new int[2];
        model.thread("owner", () -> {
            count(slot.put(tasks[0]), owner);
            count(slot.put(tasks[1]), owner);
            count(slot.take(), owner);
        });
        model.thread("thief", () -> count(slot.take(), thief));
        model.afterwards(() -> assertArrayEquals(new int[] {1, 1}, sum(owner, thief)));
    }

    @Explore
    void aQueueOfManyProducersGivesEachTaskOnceAndInTheOrderOfEach(Model model) {
        var queue = new TaskQueue();
        Task<?>[] tasks = new Idle().tasks(3);
        int[] seen = new int[3];
        var order = new StringBuilder();
        model.thread("producer", () -> {
            queue.add(tasks[0]);
            queue.add(tasks[1]);
        });
        model.thread("other producer", () -> queue.add(tasks[2]));
        model.thread("consumer", () -> {
            for (int i = 0; i < 2; i++) {
                Task<?> task = queue.poll();
                count(task, seen);
                order.append(task == null ? "" : task.id());
            }
        });
        model.afterwards(() -> {
            for (Task<?> task = queue.poll(); task != null; task = queue.poll()) {
                count(task, seen);
                order.append(task.id());
            }
            assertArrayEquals(new int[] {1, 1, 1}, seen);
            assertTrue(order.indexOf("1") < order.indexOf("2"), order.toString());
        });
    }

    // ------------------------------------------------------------------------------------------------- parking

    /// A worker that sleeps until there is something to do, and the threads that give it that.
    private static void parks(Model model, int wakers, boolean looksAgain) {
        var parker = new Parker();
        var work = new AtomicInteger();
        model.thread("worker", () -> {
            Thread here = Thread.currentThread();
            while (work.get() < wakers) {
                if (looksAgain) {
                    parker.park(LockSupport::park, () -> LockSupport.unpark(here));
                } else {
                    LockSupport.park();
                }
            }
        });
        for (int i = 0; i < wakers; i++) {
            model.thread("waker " + i, () -> {
                work.incrementAndGet();
                parker.unpark();
            });
        }
    }

    @Explore
    void aParkedWorkerIsWoken(Model model) {
        parks(model, 1, true);
    }

    @Explore(preemptions = 3)
    void aParkedWorkerIsWokenByTheLastOfTwo(Model model) {
        parks(model, 2, true);
    }

    static final class ParksWithoutTheState implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            parks(model, 1, false);
        }
    }

    @Test
    void parkingWithoutTheStateIsFoundToLoseAWake() {
        assertFinds(ParksWithoutTheState.class, "deadlock, or a lost wake-up");
    }

    private static void assertFinds(Class<? extends Model.Scenario> planted, String reason) {
        Exploration found = Explorer.of(planted).preemptions(3).explore();
        assertNotNull(found.failure(), planted + " was cleared");
        assertTrue(found.failure().reason().startsWith(reason), found.failure().reason());
    }

    // ------------------------------------------------------------------------------------------------- idle workers

    /// The way of workers to sleep and back, as in [Worker], over one queue and with one producer.
    private static final class Workers {
        private final Sleepers sleepers = new Sleepers(2);
        private final Parker[] parkers = {new Parker(), new Parker()};
        private final AtomicReference<@Nullable String> queue = new AtomicReference<>();
        private final AtomicInteger done = new AtomicInteger();
        private final boolean looksAgain;

        Workers(boolean looksAgain) {
            this.looksAgain = looksAgain;
        }

        void produce() {
            queue.set("task");
            int worker = sleepers.claim();
            if (worker >= 0) {
                parkers[worker].unpark();
            }
        }

        void work(int worker) {
            Thread here = Thread.currentThread();
            boolean searching = false;
            while (done.get() == 0) {
                if (take()) {
                    return;
                }
                searching |= sleepers.trySearch();
                if (searching && take()) {
                    return;
                }
                sleepers.sleep(worker);
                if (searching) {
                    sleepers.stopSearching();
                    searching = false;
                    if (looksAgain && queue.get() != null) {
                        searching = sleepers.wakeUp(worker);
                        continue;
                    }
                }
                if (done.get() == 0) {
                    parkers[worker].park(LockSupport::park, () -> LockSupport.unpark(here));
                }
                searching = sleepers.wakeUp(worker);
            }
        }

        /// Takes the task, and sends all home.
        private boolean take() {
            if (queue.get() == null || queue.getAndSet(null) == null) {
                return false;
            }
            done.incrementAndGet();
            parkers[0].unpark();
            parkers[1].unpark();
            return true;
        }
    }

    private static void idle(Model model, int workers, boolean looksAgain) {
        var pool = new Workers(looksAgain);
        for (int i = 0; i < workers; i++) {
            int worker = i;
            model.thread("worker " + worker, () -> pool.work(worker));
        }
        model.thread("producer", pool::produce);
        model.afterwards(() -> assertEquals(1, pool.done.get()));
    }

    @Explore
    void aTaskIsTakenByAWorkerThatGoesToSleep(Model model) {
        idle(model, 1, true);
    }

    @Explore(preemptions = 2)
    void aTaskIsTakenByOneOfTwoWorkersThatGoToSleep(Model model) {
        idle(model, 2, true);
    }

    static final class SleepsWithoutALastLook implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            idle(model, 1, false);
        }
    }

    @Test
    void theMissingLastLookBeforeSleepIsFound() {
        assertFinds(SleepsWithoutALastLook.class, "deadlock, or a lost wake-up");
    }
}
