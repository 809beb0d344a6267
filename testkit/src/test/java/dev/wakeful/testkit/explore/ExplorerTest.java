// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplorerTest {
    static final class Increments implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var count = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                model.thread("t" + i, count::incrementAndGet); // a method reference to the JDK is a step too
            }
            model.afterwards(() -> assertEquals(3, count.get()));
        }
    }

    static final class LostUpdate implements Model.Scenario {
        private volatile int count;

        @Override
        public void setUp(Model model) {
            count = 0;
            for (int i = 0; i < 2; i++) {
                model.thread("t" + i, () -> count = count + 1);
            }
            model.afterwards(() -> assertEquals(2, count));
        }
    }

    @Test
    void atomicIncrementsAreClear() {
        var found = Explorer.of(Increments.class).explore().assertClear().assertComplete();
        assertEquals(6, found.schedules());
    }

    @Test
    void aLostUpdateIsFoundToldAndReplayed() {
        var found = Explorer.of(LostUpdate.class).explore();
        var failure = found.failure();
        assertNotNull(failure);
        assertTrue(failure.reason().startsWith("does not hold at the end: "), failure.reason());
        assertEquals(4, failure.story().lines().count(), failure.story());
        assertTrue(failure.story().contains("reads count of ExplorerTest.LostUpdate at ExplorerTest.LostUpdate."));
        var again = Explorer.of(LostUpdate.class).schedule(failure.schedule()).explore();
        assertEquals(failure.story(), again.failure().story());
        var error = assertThrows(AssertionError.class, again::assertClear);
        assertTrue(error.getMessage().endsWith("replay with -Dwakeful.schedule=" + failure.schedule()));
    }

    @Test
    void withoutPreemptionsThatUpdateIsNotLost() {
        Explorer.of(LostUpdate.class).preemptions(0).explore().assertClear().assertComplete();
    }

    // --------------------------------------------------------------------------------------- register, then look

    abstract static class Flag implements Model.Scenario {
        private final AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();
        private volatile boolean open;

        abstract boolean looksAgain();

        @Override
        public void setUp(Model model) {
            waiter.set(null);
            open = false;
            model.thread("waiter", () -> {
                while (!open) {
                    waiter.set(Thread.currentThread());
                    if (looksAgain() && open) {
                        break;
                    }
                    LockSupport.park();
                }
            });
            model.thread("notifier", () -> {
                open = true;
                LockSupport.unpark(waiter.getAndSet(null));
            });
        }
    }

    static final class LooksAgain extends Flag {
        @Override
        boolean looksAgain() {
            return true;
        }
    }

    static final class LooksOnce extends Flag {
        @Override
        boolean looksAgain() {
            return false;
        }
    }

    @Test
    void registerThenLookLosesNoWake() {
        Explorer.of(LooksAgain.class).explore().assertClear().assertComplete();
        Explorer.of(LooksAgain.class)
                .spuriousUnparks(true)
                .maxSchedules(10_000)
                .explore()
                .assertClear();
    }

    @Test
    void aMissingSecondLookIsALostWakeUp() {
        var failure = Explorer.of(LooksOnce.class).explore().failure();
        assertNotNull(failure);
        assertTrue(
                failure.reason().startsWith("deadlock, or a lost wake-up: nobody can go on after"), failure.reason());
        assertTrue(failure.reason().contains("\n  waiter parks at ExplorerTest.Flag."), failure.reason());
    }

    // --------------------------------------------------------------------------------------- monitors

    static final class Account {
        private int balance;

        synchronized void add(int amount) {
            balance = balance + amount;
        }

        int balance() {
            synchronized (this) {
                return balance;
            }
        }

        synchronized void awaitPositive() throws InterruptedException {
            while (balance <= 0) {
                wait();
            }
        }

        synchronized void addAndSay(int amount) {
            balance += amount;
            notifyAll();
        }
    }

    static final class Monitors implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var account = new Account();
            model.thread("a", () -> account.add(1));
            model.thread("b", () -> account.add(2));
            model.afterwards(() -> assertEquals(3, account.balance()));
        }
    }

    static final class WaitAndNotify implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var account = new Account();
            model.thread("taker", account::awaitPositive);
            model.thread("giver", () -> account.addAndSay(5));
        }
    }

    static final class Silent implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var account = new Account();
            model.thread("taker", account::awaitPositive);
            model.thread("giver", () -> account.add(5));
        }
    }

    static final class Philosophers implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var left = new Object();
            var right = new Object();
            model.thread("a", () -> {
                synchronized (left) {
                    synchronized (right) {
                        assertNotNull(right);
                    }
                }
            });
            model.thread("b", () -> {
                synchronized (right) {
                    synchronized (left) {
                        assertNotNull(left);
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Monitors.class, WaitAndNotify.class})
    void monitorsAreModelled(Class<? extends Model.Scenario> scenario) {
        Explorer.of(scenario).explore().assertClear().assertComplete();
    }

    @ParameterizedTest
    @ValueSource(classes = {Silent.class, Philosophers.class})
    void deadlocksOnMonitorsAreFound(Class<? extends Model.Scenario> scenario) {
        var failure = Explorer.of(scenario).explore().failure();
        assertNotNull(failure);
        assertTrue(failure.reason().startsWith("deadlock"), failure.reason());
    }

    // --------------------------------------------------------------------------------------- races

    static final class PlainRace implements Model.Scenario {
        private int plain;

        @Override
        public void setUp(Model model) {
            plain = 0;
            model.thread("a", () -> plain = 1);
            model.thread("b", () -> plain = 2);
        }
    }

    static final class Published implements Model.Scenario {
        private int plain;
        private volatile boolean ready;

        @Override
        public void setUp(Model model) {
            plain = 0;
            ready = false;
            model.thread("writer", () -> {
                plain = 7;
                ready = true;
            });
            model.thread("reader", () -> {
                if (ready) {
                    assertEquals(7, plain);
                }
            });
        }
    }

    @Test
    void aDataRaceIsFound() {
        var failure = Explorer.of(PlainRace.class).explore().failure();
        assertNotNull(failure);
        assertTrue(failure.reason().startsWith("data race: "), failure.reason());
        assertTrue(failure.reason().contains("PlainRace.plain is written twice by threads 0 and 1"), failure.reason());
        assertNull(Explorer.of(PlainRace.class).watchRaces(false).explore().failure());
    }

    @Test
    void publishingThroughAVolatileIsNoRace() {
        Explorer.of(Published.class).explore().assertClear().assertComplete();
    }

    // --------------------------------------------------------------------------------------- what else is a step

    static final class Handles implements Model.Scenario {
        private static final VarHandle COUNT;
        private static final VarHandle TOTAL;
        private static volatile int total;

        static {
            try {
                COUNT = MethodHandles.lookup().findVarHandle(Handles.class, "count", long.class);
                TOTAL = MethodHandles.lookup().findStaticVarHandle(Handles.class, "total", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private volatile long count;

        @Override
        public void setUp(Model model) {
            count = 0L;
            total = 0;
            model.thread("a", () -> {
                COUNT.getAndAdd(this, 1L);
                TOTAL.getAndAdd(1);
            });
            model.thread("b", () -> {
                long before = count;
                if (!COUNT.compareAndSet(this, before, before + 1)) {
                    COUNT.getAndAdd(this, 1L);
                }
                total = total + 1;
            });
            model.afterwards(() -> assertEquals(2L, count));
            model.afterwards(() -> assertTrue(total == 1 || total == 2));
        }
    }

    static final class Spins implements Model.Scenario {
        private volatile boolean ready;

        @Override
        public void setUp(Model model) {
            ready = false;
            model.thread("spinner", () -> {
                while (!ready) {
                    Thread.onSpinWait();
                }
            });
            model.thread("setter", () -> ready = true);
        }
    }

    static final class SpinsForEver implements Model.Scenario {
        private volatile boolean ready;

        @Override
        public void setUp(Model model) {
            ready = false;
            model.thread("spinner", () -> {
                while (!ready) {
                    Thread.onSpinWait();
                }
            });
        }
    }

    static final class Queue implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            java.util.Queue<String> queue = new ConcurrentLinkedQueue<>();
            List<String> taken = new ArrayList<>();
            model.thread("putter", () -> queue.add("a"));
            model.thread("taker", () -> {
                String one = queue.poll();
                if (one != null) {
                    taken.add(one);
                }
            });
            model.afterwards(() -> assertEquals(1, taken.size() + queue.size()));
        }
    }

    static final class Locks implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var lock = new ReentrantLock();
            model.thread("a", lock::lock);
            model.thread("b", () -> lock.lock());
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Handles.class, Spins.class, Queue.class})
    void handlesSpinsAndConcurrentCollectionsAreSteps(Class<? extends Model.Scenario> scenario) {
        var found = Explorer.of(scenario).explore().assertClear().assertComplete();
        assertTrue(found.schedules() > 1, "only one schedule");
    }

    @Test
    void aSpinThatNobodyEndsIsALivelock() {
        var failure = Explorer.of(SpinsForEver.class).explore().failure();
        assertNotNull(failure);
        assertTrue(failure.reason().startsWith("livelock: "), failure.reason());
    }

    @Test
    void whatCannotBeModelledIsRefusedByName() {
        var failure = Explorer.of(Locks.class).explore().failure();
        assertNotNull(failure);
        assertTrue(
                failure.reason()
                        .contains("the explorer does not model java.util.concurrent.locks.ReentrantLock.<init>"),
                failure.reason());
    }

    @Test
    void sleepSetsLoseNoOutcome() {
        var reduced = Explorer.of(LostUpdate.class).explore();
        var bounded = Explorer.of(LostUpdate.class).preemptions(10).explore();
        assertNotNull(reduced.failure());
        assertNotNull(bounded.failure());
        var all = Explorer.of(Increments.class).preemptions(10).explore();
        assertEquals(6, all.schedules());
    }
}
