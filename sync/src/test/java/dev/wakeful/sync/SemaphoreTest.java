// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SemaphoreTest {
    private final Semaphore semaphore = new Semaphore("jobs", 3);

    @Test
    void aLargeRequestAtTheHeadBlocksSmallOnesBehindIt() throws Exception {
        var held = Hand.ready(semaphore.acquire(2));
        var large = semaphore.acquire(3);
        var small = semaphore.acquire();
        Hand first = Hand.pending("large", large);
        Hand second = Hand.pending("small", small);
        assertEquals(0, semaphore.availablePermits(), "the one that was available is assigned to the head");
        assertNull(semaphore.tryAcquire());
        assertEquals("2 permits of semaphore jobs", Hand.waitsFor(large));
        held.close();
        assertEquals(List.of(1, 0), List.of(first.wakes, second.wakes));
        first.value(large).close();
        assertEquals(1, second.wakes);
        second.value(small).close();
        assertEquals(3, semaphore.availablePermits());
    }

    @Test
    void windingDownGivesBackWhatWasAssignedAndPassesItOn() throws Exception {
        var held = Hand.ready(semaphore.acquire(2));
        var large = semaphore.acquire(3);
        var small = semaphore.acquire();
        Hand first = Hand.pending("large", large);
        Hand second = Hand.pending("small", small);
        first.cancel(large);
        assertEquals(1, second.wakes);
        second.value(small).close();
        held.close();
        assertEquals(3, semaphore.availablePermits());
    }

    @Test
    void closingFailsWaitersAndLaterAcquiresAndKeepsWhatIsHeld() throws Exception {
        var held = Hand.ready(semaphore.acquire(2));
        var waiting = semaphore.acquire(2);
        Hand hand = Hand.pending("waiting", waiting);
        semaphore.close();
        assertEquals(1, hand.wakes);
        var failure = assertThrows(ClosedException.class, () -> waiting.poll(hand));
        assertEquals("semaphore jobs is closed", failure.getMessage());
        assertThrows(ClosedException.class, () -> Hand.ready(semaphore.acquire()));
        assertThrows(ClosedException.class, semaphore::tryAcquire);
        assertEquals(2, held.permits());
        held.close();
        assertEquals(3, semaphore.availablePermits());
    }

    @Test
    void permitsSplitMergeAndAreForgotten() throws Exception {
        var all = Hand.ready(semaphore.acquire(3));
        var one = all.split(1);
        assertEquals(2, all.permits());
        one.close();
        assertEquals(1, semaphore.availablePermits());
        all.merge(Hand.ready(semaphore.acquire()));
        assertEquals(3, all.permits());
        all.split(2).forget();
        all.close();
        all.close();
        assertEquals(1, semaphore.availablePermits());
        assertThrows(IllegalArgumentException.class, () -> all.split(1));
        assertThrows(IllegalArgumentException.class, () -> all.merge(all));
    }

    @Test
    void permitsOfOneSemaphoreAreMergedAndNoOthers() throws Exception {
        var some = Hand.ready(semaphore.acquire(2));
        assertEquals(
                "permits cannot be merged with themselves: Semaphore.acquire[semaphore jobs, 2 of 2]",
                assertThrows(IllegalArgumentException.class, () -> some.merge(some))
                        .getMessage());
        var foreign = Hand.ready(new Semaphore("threads", 4).acquire());
        assertEquals(
                "permits of Semaphore[jobs, 1 available] cannot be merged with those of another:"
                        + " Semaphore[threads, 3 available]",
                assertThrows(IllegalArgumentException.class, () -> some.merge(foreign))
                        .getMessage());
        var huge = new Semaphore(Integer.MAX_VALUE);
        huge.addPermits(1);
        var most = Hand.ready(huge.acquire(Integer.MAX_VALUE));
        var last = Hand.ready(huge.acquire());
        assertEquals(
                "merged permits must be at most 2147483647, but were 2147483648",
                assertThrows(IllegalArgumentException.class, () -> most.merge(last))
                        .getMessage());
        assertEquals(1, last.permits(), "a merge that is refused takes nothing");
        assertEquals(
                "permits to split off must be from 1 to 2, but was 3",
                assertThrows(IllegalArgumentException.class, () -> some.split(3))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> some.split(0));
    }

    @Test
    void aReleaseWakesExactlyThoseItServes() throws Exception {
        var held = Hand.ready(semaphore.acquire(3));
        var futures = new ArrayList<Future<Semaphore.Permit>>();
        var hands = new ArrayList<Hand>();
        for (int i = 0; i < 100; i++) {
            futures.add(semaphore.acquire());
            hands.add(Hand.pending("task " + i, futures.get(i)));
        }
        semaphore.addPermits(70); // more than one batch
        assertEquals(70, hands.stream().mapToInt(hand -> hand.wakes).sum());
        for (int i = 0; i < 70; i++) {
            hands.get(i).value(futures.get(i));
        }
        held.close();
        assertEquals(73, hands.stream().mapToInt(hand -> hand.wakes).sum());
        semaphore.close();
        assertTrue(hands.stream().allMatch(hand -> hand.wakes == 1));
    }

    @Test
    void whatIsNotPositiveIsRefused() {
        assertEquals(
                "permits must be positive, but was 0",
                assertThrows(IllegalArgumentException.class, () -> semaphore.acquire(0))
                        .getMessage());
        assertEquals(
                "permits must not be negative, but was -1",
                assertThrows(IllegalArgumentException.class, () -> new Semaphore(-1))
                        .getMessage());
    }

    @Test
    void permitsCanBeForgottenAndAdded() {
        assertEquals(3, semaphore.forgetPermits(5));
        assertNull(semaphore.tryAcquire());
        semaphore.addPermits(1);
        assertNotNull(semaphore.tryAcquire());
    }

    @Test
    void threadsNeverHoldMoreThanThereAre() throws Exception {
        var inside = new java.util.concurrent.atomic.AtomicInteger();
        Runnable work = () -> {
            try {
                for (int i = 1; i < 10_000; i++) {
                    int permits = 1 + i % 3;
                    try (var permit = semaphore.acquireBlocking(permits)) {
                        assertTrue(inside.addAndGet(permit.permits()) <= 3);
                        inside.addAndGet(-permits);
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
        assertEquals(3, semaphore.availablePermits());
        assertEquals(0, inside.get());
    }
}
