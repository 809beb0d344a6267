// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.AsyncBlock;
import dev.wakeful.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Notify, condition, latch, group, barrier, the cells and the token.
class EventsTest {
    @Test
    void notifyStoresOneNotification() throws Exception {
        var notify = new Notify("work");
        notify.notifyOne();
        notify.notifyOne();
        Hand.ready(notify.notified());
        var wait = notify.notified();
        Hand hand = Hand.pending("waiter", wait);
        assertEquals("notification work", Hand.waitsFor(wait));
        notify.notifyAllWaiting();
        hand.value(wait);
        Hand.pending("later", notify.notified());
    }

    @Test
    void notifyOneWakesTheOldestAndNotifyLastTheNewest() throws Exception {
        var notify = new Notify();
        var waits = List.of(notify.notified(), notify.notified(), notify.notified());
        var hands = new ArrayList<Hand>();
        for (var wait : waits) {
            hands.add(Hand.pending("waiter", wait));
        }
        notify.notifyLast();
        notify.notifyOne();
        assertEquals(List.of(1, 0, 1), hands.stream().map(hand -> hand.wakes).toList());
        hands.get(0).cancel(waits.get(0));
        assertEquals(1, hands.get(1).wakes, "what was not observed is passed on");
    }

    @Test
    void anEnabledWaitCountsFromThere() throws Exception {
        var notify = new Notify();
        var enabled = notify.notified();
        var lazy = notify.notified();
        assertFalse(enabled.enable());
        notify.notifyAllWaiting();
        assertTrue(enabled.enable());
        Hand.ready(enabled);
        Hand.pending("lazy", lazy);
    }

    @Test
    void aConditionGivesUpTheLockAndHasItAgain() throws Exception {
        var mutex = new Mutex();
        var condition = mutex.newCondition();
        var guard = Hand.ready(mutex.lock());
        var wait = condition.awaitSignal(guard);
        Hand hand = Hand.pending("consumer", wait);
        try (var producer = Hand.ready(mutex.lock())) {
            condition.signal();
            condition.signal(); // finds nobody, is not stored
            assertEquals(1, hand.wakes);
            hand.pending(wait);
            assertSame(mutex, producer.mutex());
        }
        assertEquals(2, hand.wakes);
        var again = hand.value(wait);
        guard.close();
        assertTrue(mutex.isLocked(), "the first guard is closed already");
        again.close();
        assertThrows(IllegalStateException.class, () -> Hand.ready(condition.awaitSignal(guard)));
    }

    @Test
    void aSignalThatReachedACancelledWaiterGoesToTheNext() throws Exception {
        var mutex = new Mutex();
        var condition = mutex.newCondition();
        var first = condition.awaitSignal(Hand.ready(mutex.lock()));
        Hand one = Hand.pending("one", first);
        var second = condition.awaitSignal(Hand.ready(mutex.lock()));
        Hand two = Hand.pending("two", second);
        condition.signal();
        one.cancel(first);
        assertEquals(1, two.wakes);
        two.value(second).close();
        assertFalse(mutex.isLocked());
    }

    @Test
    void aLatchOpensAtZero() throws Exception {
        var latch = new CountDownLatch(2);
        var zero = latch.zero();
        Hand hand = Hand.pending("waiter", zero);
        latch.countDown();
        assertEquals(0, hand.wakes);
        assertEquals("1 more count-downs", Hand.waitsFor(zero));
        latch.countDown();
        latch.countDown();
        hand.value(zero);
        Hand.ready(latch.zero());
        assertEquals(0, latch.count());
    }

    @Test
    void aWaitForAGroupEndsIfItWasEmptyOnce() throws Exception {
        var group = new WaitGroup();
        Hand.ready(group.empty());
        var member = group.join();
        var empty = group.empty();
        Hand hand = Hand.pending("waiter", empty);
        member.close();
        member.close();
        try (var other = group.join()) {
            hand.value(empty);
            assertEquals(1, group.size(), other.toString());
        }
    }

    @Test
    void aBarrierReleasesItsGenerationWithOneLeader() throws Exception {
        var barrier = new Barrier(2);
        for (int generation = 0; generation < 2; generation++) {
            var first = barrier.arrive();
            Hand hand = Hand.pending("first", first);
            assertEquals("1 more arrivals", Hand.waitsFor(first));
            assertTrue(Hand.ready(barrier.arrive()));
            assertFalse(hand.value(first));
        }
    }

    @Test
    void anArrivalThatIsCancelledStaysCounted() throws Exception {
        var barrier = new Barrier(2);
        var first = barrier.arrive();
        Hand.pending("first", first).cancel(first);
        assertTrue(Hand.ready(barrier.arrive()));
    }

    private static <T> AsyncBlock<T> block(Future<T> future) {
        return new AsyncBlock<>() {
            @Override
            public T run() {
                throw new AssertionError("started, not run");
            }

            @Override
            public Future<T> start() {
                return future;
            }
        };
    }

    @Test
    void oneInitialiserRunsAndItsFailureStartsExactlyOneOther() throws Exception {
        var cell = new OnceCell<String>();
        var answer = Oneshot.<String>create();
        var failing = cell.getOrInit(block(answer.receiver().receive()));
        Hand one = Hand.pending("one", failing);
        var second = cell.getOrInit(block(Future.ready("two")));
        var third = cell.getOrInit(block(Future.ready("three")));
        Hand two = Hand.pending("two", second);
        Hand three = Hand.pending("three", third);
        answer.sender().fail(new IOException("no answer"));
        assertThrows(IOException.class, () -> one.value(failing));
        assertEquals(List.of(1, 0), List.of(two.wakes, three.wakes));
        assertEquals("two", two.value(second));
        assertEquals("two", three.value(third));
        assertEquals("two", cell.peek());
    }

    @Test
    void aCancelledInitialiserStartsTheNext() throws Exception {
        var cell = new OnceCell<String>();
        var first = cell.getOrInit(block(Future.pending()));
        var second = cell.getOrInit(block(Future.ready("two")));
        Hand one = Hand.pending("one", first);
        Hand two = Hand.pending("two", second);
        one.cancel(first);
        assertEquals("two", two.value(second));
    }

    @Test
    void aValueIsSetOnce() throws Exception {
        var cell = new SetOnce<String>();
        var value = cell.value();
        Hand hand = Hand.pending("waiter", value);
        cell.set("a");
        assertEquals("a", hand.value(value));
        assertFalse(cell.trySet("b"));
        assertEquals(
                "the value is set already: a",
                assertThrows(IllegalStateException.class, () -> cell.set("c")).getMessage());
        assertEquals("a", Hand.ready(cell.value()));
    }

    @Test
    void cancellingATokenCancelsWhatIsBelowIt() throws Exception {
        var token = new CancellationToken();
        var child = token.child();
        var grandchild = child.child();
        var detached = token.child();
        detached.close();
        var wait = grandchild.cancelled();
        Hand hand = Hand.pending("waiter", wait);
        token.cancel("shutdown");
        token.cancel("again");
        assertEquals("shutdown", hand.value(wait));
        assertTrue(token.child().isCancelled());
        assertFalse(detached.isCancelled());
        assertEquals("CancellationToken[cancelled: shutdown]", child.toString());
    }

    @Test
    void whatRunsUnderATokenIsWoundDownWithIt() throws Exception {
        var token = new CancellationToken();
        assertEquals(Optional.of(1), Hand.ready(token.runUntilCancelled(Future.ready(1))));
        var mutex = new Mutex();
        var guard = Hand.ready(mutex.lock());
        var run = token.runUntilCancelled(mutex.lock());
        Hand hand = Hand.pending("runner", run);
        token.cancel("enough");
        assertEquals(Optional.empty(), hand.value(run));
        assertEquals(List.of(), mutex.waiters());
        guard.close();
        assertNull(mutex.owner());
    }
}
