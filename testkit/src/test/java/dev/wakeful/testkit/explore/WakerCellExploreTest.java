// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The waker cell and the task cell, in every schedule of two or three threads, and the protocols that look like them
/// and lose a wake.
class WakerCellExploreTest {
    // --------------------------------------------------------------------------------------- the waker cell

    /// A thread that polls as `blockOn` does: register, look, park until woken, look again.
    private static void waits(Consumer<Waker> register, java.util.function.BooleanSupplier condition) {
        Thread me = Thread.currentThread();
        Waker waker = Waker.of(() -> LockSupport.unpark(me));
        while (true) {
            register.accept(waker);
            if (condition.getAsBoolean()) {
                return;
            }
            LockSupport.park();
        }
    }

    static final class Flags {
        volatile boolean a;
        volatile boolean b;
        boolean plain;
    }

    @Explore
    void theCellLosesNoWakeOfOneNotifier(Model model) {
        var cell = new WakerCell();
        var flags = new Flags();
        model.thread("waiter", () -> waits(cell::register, () -> flags.a));
        model.thread("notifier", () -> {
            flags.a = true;
            cell.wake();
        });
    }

    @Explore
    void theCellLosesNoWakeOfTwoNotifiers(Model model) {
        var cell = new WakerCell();
        var flags = new Flags();
        model.thread("waiter", () -> waits(cell::register, () -> flags.a && flags.b));
        model.thread("notifier 1", () -> {
            flags.a = true;
            cell.wake();
        });
        model.thread("notifier 2", () -> {
            flags.b = true;
            cell.wake();
        });
    }

    /// The condition may be a plain field: the cell orders it.
    @Explore
    void theCellPublishesAPlainCondition(Model model) {
        var cell = new WakerCell();
        var flags = new Flags();
        var polled = new AtomicInteger();
        model.thread("waiter", () -> {
            cell.register(Waker.of(polled::incrementAndGet));
            if (polled.get() > 0) {
                assertTrue(flags.plain);
            }
        });
        model.thread("notifier", () -> {
            flags.plain = true;
            cell.wake();
        });
    }

    // --------------------------------------------------------------------------------------- planted

    /// Looks only before it registers.
    static final class NoSecondLook implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var cell = new WakerCell();
            var flags = new Flags();
            model.thread("waiter", () -> {
                Thread me = Thread.currentThread();
                while (!flags.a) {
                    cell.register(Waker.of(() -> LockSupport.unpark(me)));
                    LockSupport.park();
                }
            });
            model.thread("notifier", () -> {
                flags.a = true;
                cell.wake();
            });
        }
    }

    /// Wakes before the condition is true.
    static final class WakesTooEarly implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var cell = new WakerCell();
            var flags = new Flags();
            model.thread("waiter", () -> waits(cell::register, () -> flags.a));
            model.thread("notifier", () -> {
                cell.wake();
                flags.a = true;
            });
        }
    }

    /// Does not swap when the cell looks empty, so a plain condition is not published.
    static final class MereRead implements Model.Scenario {
        private volatile @Nullable Waker waker;
        private boolean condition;

        @Override
        public void setUp(Model model) {
            waker = null;
            condition = false;
            model.thread("waiter", () -> {
                waker = Waker.noop();
                if (condition) {
                    waker = null;
                }
            });
            model.thread("notifier", () -> {
                condition = true;
                if (waker != null) {
                    waker = null;
                }
            });
        }
    }

    /// Registers with a release store, which a look at the condition may overtake.
    static final class ReleaseStore implements Model.Scenario {
        private static final VarHandle WAKER;

        static {
            try {
                WAKER = MethodHandles.lookup().findVarHandle(ReleaseStore.class, "waker", Waker.class);
            } catch (ReflectiveOperationException failure) {
                throw new ExceptionInInitializerError(failure);
            }
        }

        private volatile @Nullable Waker waker;

        @Override
        public void setUp(Model model) {
            waker = null;
            var flags = new Flags();
            model.thread("waiter", () -> waits(to -> WAKER.setRelease(this, to), () -> flags.a));
            model.thread("notifier", () -> {
                flags.a = true;
                if ((Waker) WAKER.getAndSet(this, null) instanceof Waker there) {
                    there.wake();
                }
            });
        }
    }

    @Test
    void theReleaseStoreIsFound() {
        var failure = assertFinds(ReleaseStore.class, "deadlock, or a lost wake-up");
        assertTrue(
                failure.story().contains("waiter stores waker of WakerCellExploreTest.ReleaseStore at "),
                failure.story());
        assertTrue(
                failure.story()
                        .contains("the store of waiter to waker of WakerCellExploreTest.ReleaseStore is seen by the"
                                + " others"),
                failure.story());
        var again = Explorer.of(ReleaseStore.class)
                .schedule(failure.schedule())
                .explore()
                .failure();
        assertEquals(failure.story(), again.story());
    }

    @Test
    void theMissingSecondLookIsFound() {
        assertFinds(NoSecondLook.class, "deadlock, or a lost wake-up");
    }

    @Test
    void theWakeBeforeTheConditionIsFound() {
        assertFinds(WakesTooEarly.class, "deadlock, or a lost wake-up");
    }

    @Test
    void theReadInPlaceOfASwapIsFound() {
        assertFinds(MereRead.class, "data race: ");
    }

    private static Exploration.Failure assertFinds(Class<? extends Model.Scenario> planted, String reason) {
        var failure = Explorer.of(planted).explore().failure();
        assertNotNull(failure, "nothing was found in " + planted.getSimpleName());
        assertTrue(failure.reason().startsWith(reason), failure.reason());
        return failure;
    }

    // --------------------------------------------------------------------------------------- the task cell

    /// A queue and a thread that runs what is in it until `tasks` have ended.
    static final class Worker implements TaskExecutor {
        private final ConcurrentLinkedQueue<Task<?>> queue = new ConcurrentLinkedQueue<>();
        private final AtomicLong ids = new AtomicLong();
        private volatile @Nullable Thread parked;
        private volatile int ended;

        @Override
        public void schedule(Task<?> task) {
            queue.add(task);
            Thread waiting = parked;
            if (waiting != null) {
                LockSupport.unpark(waiting);
            }
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
            ended++;
        }

        void runUntilEnded(int tasks) {
            parked = Thread.currentThread();
            while (ended < tasks) {
                Task<?> task = queue.poll();
                if (task == null) {
                    LockSupport.park();
                } else {
                    task.run();
                }
            }
        }
    }

    /// Ready when both flags are set; keeps its waker in a cell.
    static Future<String> both(WakerCell cell, Flags flags) {
        return cx -> {
            cell.register(cx.waker());
            return flags.a && flags.b ? Poll.ready("both") : Poll.pending();
        };
    }

    @Explore
    void aWakeOfATaskIsNotLost(Model model) {
        var worker = new Worker();
        var cell = new WakerCell();
        var flags = new Flags();
        flags.b = true;
        var task = new Task<>(worker, "t", both(cell, flags));
        task.start();
        model.thread("worker", () -> worker.runUntilEnded(1));
        model.thread("waker", () -> {
            flags.a = true;
            cell.wake();
        });
        model.afterwards(() ->
                assertEquals("both", task.poll(Context.of(Waker.noop())) instanceof Poll.Ready(var v) ? v : ""));
    }

    @Explore(preemptions = 2)
    void twoWakersOfATaskOnOneWorker(Model model) {
        var worker = new Worker();
        var cell = new WakerCell();
        var flags = new Flags();
        var task = new Task<>(worker, "t", both(cell, flags));
        task.start();
        model.thread("worker", () -> worker.runUntilEnded(1));
        model.thread("waker a", () -> {
            flags.a = true;
            cell.wake();
        });
        model.thread("waker b", () -> {
            flags.b = true;
            cell.wake();
        });
    }

    /// As [#both], and gives way once, in its first poll.
    static Future<String> givingWay(WakerCell cell, Flags flags) {
        Future<String> waits = both(cell, flags);
        var turns = new int[1];
        return cx -> {
            Poll<String> poll = waits.poll(cx);
            if (turns[0]++ == 0 && !poll.isReady()) {
                cx.defer(cx.waker());
            }
            return poll;
        };
    }

    @Explore
    void aWakeOfATaskThatGivesWayIsNotLost(Model model) {
        var worker = new Worker();
        var cell = new WakerCell();
        var flags = new Flags();
        flags.b = true;
        var task = new Task<>(worker, "t", givingWay(cell, flags));
        task.start();
        model.thread("worker", () -> worker.runUntilEnded(1));
        model.thread("waker", () -> {
            flags.a = true;
            cell.wake();
        });
        model.afterwards(() -> assertTrue(task.isFinished()));
    }

    @Explore(preemptions = 2)
    void anAbortEndsATaskOnceWhateverItRaces(Model model) {
        var worker = new Worker();
        var cell = new WakerCell();
        var flags = new Flags();
        flags.b = true;
        var task = new Task<>(worker, "t", both(cell, flags));
        task.start();
        model.thread("worker", () -> worker.runUntilEnded(1));
        model.thread("waker", () -> {
            flags.a = true;
            cell.wake();
        });
        model.thread("aborter", () -> task.abort("tried"));
        model.afterwards(() -> {
            assertEquals(1, worker.ended);
            assertTrue(task.isFinished());
            assertEquals(null, task.failure());
        });
    }

    @Explore
    void aJoinerIsWokenByTheEnd(Model model) {
        var worker = new Worker();
        var task = new Task<>(worker, "t", Future.ready("done"));
        task.start();
        model.thread("worker", () -> worker.runUntilEnded(1));
        model.thread("joiner", () -> {
            Thread me = Thread.currentThread();
            Context cx = Context.of(Waker.of(() -> LockSupport.unpark(me)));
            while (!(task.poll(cx) instanceof Poll.Ready(var value) && value.equals("done"))) {
                LockSupport.park();
            }
        });
    }

    /// The state word with two bits and a read where the task has a read-modify-write.
    static final class TwoBits implements Model.Scenario {
        private static final int SCHEDULED = 1;
        private static final int RUNNING = 2;
        private final AtomicInteger state = new AtomicInteger();
        private final AtomicInteger queued = new AtomicInteger();
        private volatile boolean condition;

        private void wake() {
            if ((state.get() & (SCHEDULED | RUNNING)) == 0) { // running: it will look again by itself, or will it
                state.set(SCHEDULED);
                queued.incrementAndGet();
            }
        }

        @Override
        public void setUp(Model model) {
            state.set(SCHEDULED);
            queued.set(1);
            condition = false;
            model.thread("worker", () -> {
                while (queued.get() > 0) {
                    queued.decrementAndGet();
                    state.set(RUNNING);
                    if (condition) {
                        return;
                    }
                    state.set(0);
                }
            });
            model.thread("waker", () -> {
                condition = true;
                wake();
            });
            model.afterwards(() ->
                    assertTrue(state.get() == RUNNING || queued.get() > 0, "the task waits and its condition is true"));
        }
    }

    @Test
    void theTwoBitStateIsFound() {
        assertFinds(TwoBits.class, "does not hold at the end");
    }
}
