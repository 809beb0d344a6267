// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.TaskRef;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MutexTest {
    private final Mutex mutex = new Mutex("accounts");

    @Test
    void makingTheFutureTakesNothing() {
        var unused = mutex.lock();
        assertFalse(mutex.isLocked());
        assertEquals("Mutex.lock[accounts]", unused.toString());
    }

    @Test
    void theOrderIsThatOfFirstPolls() throws Exception {
        var guard = Hand.ready(mutex.lock());
        var made1 = mutex.lock();
        var made2 = mutex.lock();
        Hand second = Hand.pending("second", made2);
        Hand first = Hand.pending("first", made1);
        second.pending(made2); // a spurious poll keeps the place
        assertEquals(List.of(second, first), mutex.waiters());
        guard.close();
        assertEquals(List.of(1, 0), List.of(second.wakes, first.wakes));
        second.value(made2).close();
        assertEquals(1, first.wakes);
        first.value(made1).close();
        assertFalse(mutex.isLocked());
    }

    @Test
    void aLockThatWasHandedOverIsTheNextOnesBeforeItIsPolled() throws Exception {
        var guard = Hand.ready(mutex.lock());
        var next = mutex.lock();
        Hand hand = Hand.pending("next", next);
        assertEquals("lock accounts of hand", Hand.waitsFor(next));
        guard.close();
        assertSame(hand, mutex.owner());
        assertNull(mutex.tryLock());
        assertEquals("Mutex[accounts, locked by next]", mutex.toString());
    }

    @Test
    void aGrantThatReachedACancelledWaiterGoesToTheNext() throws Exception {
        var guard = Hand.ready(mutex.lock());
        var first = mutex.lock();
        var second = mutex.lock();
        Hand one = Hand.pending("one", first);
        Hand two = Hand.pending("two", second);
        guard.close();
        one.cancel(first);
        assertEquals(1, two.wakes);
        two.value(second).close();
        assertNotNull(mutex.tryLock());
    }

    @Test
    void aCancelledWaiterLosesItsPlaceOnly() throws Exception {
        var guard = Hand.ready(mutex.lock());
        var first = mutex.lock();
        var second = mutex.lock();
        Hand one = Hand.pending("one", first);
        Hand two = Hand.pending("two", second);
        one.cancel(first);
        one.cancel(first);
        assertThrows(IllegalStateException.class, () -> first.poll(one));
        guard.close();
        assertEquals(List.of(0, 1), List.of(one.wakes, two.wakes));
    }

    @Test
    void closingAGuardAgainReleasesNobodyElsesLock() throws Exception {
        var guard = Hand.ready(mutex.lock());
        guard.close();
        try (var other = Hand.ready(mutex.lock())) {
            guard.close();
            assertTrue(mutex.isLocked());
            assertNull(mutex.tryLock());
            assertSame(mutex, other.mutex());
        }
        assertFalse(mutex.isLocked());
        assertNull(mutex.owner());
    }

    @Test
    void onlyTheLatestWakerIsWoken() throws Exception {
        var guard = Hand.ready(mutex.lock());
        var next = mutex.lock();
        var older = new Hand("task");
        var context = dev.wakeful.Context.of(older);
        assertFalse(next.poll(context).isReady());
        var latest = new Hand("task");
        assertFalse(next.poll(dev.wakeful.Context.of(latest)).isReady());
        guard.close();
        assertEquals(List.of(0, 1), List.of(older.wakes, latest.wakes));
    }

    @Test
    void withoutBudgetTheLockIsTakenInOrderAndReturnedLater() throws Exception {
        var lock = mutex.lock();
        var tired = new Hand("tired");
        tired.budget = 0;
        tired.pending(lock);
        assertEquals(1, tired.wakes);
        assertNull(mutex.tryLock());
        tired.budget = 1;
        tired.value(lock).close();
        assertEquals(0, tired.budget);
    }

    @Test
    void aThreadWaitsInTheSameQueue() throws Exception {
        var guard = Hand.ready(mutex.lock());
        var owner = new AtomicReference<TaskRef>();
        var thread = Thread.ofVirtual().name("blocked").start(() -> {
            try (var held = mutex.lockBlocking()) {
                owner.set(held.mutex().owner());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        while (mutex.waiters().isEmpty()) {
            Thread.onSpinWait();
        }
        assertEquals("[thread \"blocked\"]", mutex.waiters().toString());
        guard.close();
        thread.join();
        assertEquals("blocked", owner.get().name());
        assertFalse(mutex.isLocked());
    }

    @Test
    void anInterruptedThreadLeavesTheQueue() throws Exception {
        var guard = Hand.ready(mutex.lock());
        var failure = new AtomicReference<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                mutex.lockBlocking();
            } catch (InterruptedException e) {
                failure.set(e);
            }
        });
        while (mutex.waiters().isEmpty()) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        assertEquals(List.of(), mutex.waiters());
        assertTrue(failure.get() instanceof InterruptedException);
        guard.close();
        assertFalse(mutex.isLocked());
    }

    @Test
    void threadsExcludeEachOther() throws Exception {
        int rounds = 20_000;
        var counter = new int[1];
        Runnable work = () -> {
            try {
                for (int i = 0; i < rounds; i++) {
                    try (var held = mutex.lockBlocking()) {
                        counter[0]++;
                    }
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        var threads = List.of(
                Thread.ofVirtual().start(work),
                Thread.ofVirtual().start(work),
                Thread.ofPlatform().start(work));
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(3 * rounds, counter[0]);
        assertFalse(mutex.isLocked());
    }
}
