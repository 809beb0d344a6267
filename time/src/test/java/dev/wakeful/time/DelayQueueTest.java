// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Semantics S-W6.
class DelayQueueTest {
    private final FakeTimer timer = new FakeTimer();
    private final Context cx = timer.context();
    private final DelayQueue<String> queue = new DelayQueue<>("jobs");

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    /// What is due now.
    private List<String> due() {
        var values = new ArrayList<String>();
        while (queue.pollNext(cx) instanceof Poll.Ready<DelayQueue.Item<String>>(var item)) {
            if (item == null) {
                values.add("end");
                return values;
            }
            values.add(item.value());
        }
        return values;
    }

    @Test
    void itemsComeOutInTheOrderOfTheirDeadlines() {
        due();
        queue.insert("c", millis(30));
        queue.insert("a", millis(10));
        queue.insert("b", Instant.ofEpochMilli(20));
        timer.advance(millis(9));
        assertEquals(List.of(), due());
        timer.advance(millis(1));
        assertEquals(List.of("a"), due());
        timer.advance(millis(50));
        assertEquals(List.of("b", "c"), due());
    }

    @Test
    void itemsOfOneDeadlineComeOutInTheOrderOfInsertion() {
        due();
        for (int i = 0; i < 9; i++) {
            queue.insert("" + i, millis(5_000));
            timer.advance(Duration.ofNanos(1));
            queue.reset(queue.insert("late " + i, millis(1)), Instant.ofEpochMilli(9_000));
            timer.advanceTo(0);
        }
        timer.advance(millis(9_000));
        assertEquals(
                List.of(
                        "0", "1", "2", "3", "4", "5", "6", "7", "8", "late 0", "late 1", "late 2", "late 3", "late 4",
                        "late 5", "late 6", "late 7", "late 8"),
                due());
    }

    @Test
    void delayCountsFromTheFirstPollWhileThereIsNoClock() {
        timer.advance(millis(100));
        var item = queue.insert("a", millis(10));
        var past = queue.insert("past", Instant.ofEpochMilli(50));
        var longPast = queue.insert("long past", Instant.ofEpochMilli(40));
        assertNull(item.deadline());
        assertEquals(Instant.ofEpochMilli(50), past.deadline());
        assertTrue(longPast.isQueued());
        assertEquals(List.of("long past", "past"), due());
        assertEquals(Instant.ofEpochMilli(110), item.deadline());
        timer.advance(millis(10));
        assertEquals(List.of("a"), due());
    }

    @Test
    void removedItemDoesNotComeOut() {
        var first = queue.insert("first", millis(5));
        due();
        var item = queue.insert("a", millis(10));
        assertEquals("a", queue.remove(item));
        assertTrue(queue.tryRemove(first));
        timer.advance(millis(10));
        assertEquals(List.of(), due());
        assertEquals(0, queue.size());
        assertFalse(item.isQueued());
    }

    @Test
    void keyOfAnItemThatIsOutIsAnErrorOrFalse() {
        var item = queue.insert("a", millis(0));
        assertEquals(List.of("a"), due());
        assertEquals(
                "the item has come out or was removed: Item[a]",
                assertThrows(IllegalStateException.class, () -> queue.remove(item))
                        .getMessage());
        assertThrows(IllegalStateException.class, () -> queue.reset(item, millis(1)));
        assertThrows(IllegalStateException.class, () -> queue.reset(item, Instant.EPOCH));
        assertFalse(queue.tryRemove(item));
        assertFalse(queue.tryReset(item, millis(1)));
        assertFalse(queue.tryReset(item, Instant.EPOCH));
        assertEquals(0, queue.size());
    }

    @Test
    void itemThatIsDueAndNotTakenCanBeMovedAndRemoved() {
        due();
        var a = queue.insert("a", millis(1));
        queue.insert("b", millis(1));
        var c = queue.insert("c", millis(1));
        timer.advance(millis(1));
        queue.reset(a, millis(5));
        queue.remove(c);
        assertEquals(List.of("b"), due());
        timer.advance(millis(5));
        assertEquals(List.of("a"), due());
    }

    @Test
    void keyOfAnotherQueueIsRefused() {
        var other = new DelayQueue<String>().insert("a", millis(1));
        assertEquals(
                "the item is of another queue: Item[a]",
                assertThrows(IllegalArgumentException.class, () -> queue.remove(other))
                        .getMessage());
    }

    @Test
    void whoWaitsIsWokenForAnEarlierItemOnly() throws Exception {
        queue.insert("late", millis(100));
        var next = queue.next();
        assertFalse(next.poll(cx).isReady());
        queue.insert("later", millis(200));
        assertEquals(0, timer.wakes);
        queue.insert("soon", millis(10));
        assertEquals(1, timer.wakes);
        assertFalse(next.poll(cx).isReady());
        timer.advance(millis(10));
        assertEquals(2, timer.wakes);
        assertEquals("soon", value(next));
        assertEquals(0, timer.armed());
    }

    private String value(Future<DelayQueue.Item<String>> next) throws Exception {
        return next.poll(cx) instanceof Poll.Ready<DelayQueue.Item<String>>(var item) && item != null
                ? item.value()
                : "none";
    }

    @Test
    void movingAnItemWakesWhenItIsEarlierAndIsNeverTooEarly() throws Exception {
        var item = queue.insert("a", millis(50));
        var next = queue.next();
        assertFalse(next.poll(cx).isReady());
        queue.reset(item, millis(80));
        timer.advance(millis(50));
        assertFalse(next.poll(cx).isReady());
        int before = timer.wakes;
        queue.reset(item, millis(10));
        assertEquals(before + 1, timer.wakes);
        assertFalse(next.poll(cx).isReady());
        timer.advance(millis(10));
        assertEquals("a", value(next));
    }

    @Test
    void emptyQueueWaitsForAnItem() throws Exception {
        var next = queue.next();
        assertFalse(next.poll(cx).isReady());
        assertEquals(0, timer.armed());
        queue.insert("a", Duration.ZERO);
        assertEquals(1, timer.wakes);
        assertEquals("a", value(next));
    }

    @Test
    void closedQueueGivesWhatIsInItAndThenTheEnd() throws Exception {
        queue.insert("a", millis(5));
        queue.insert("b", millis(9));
        queue.close();
        queue.close();
        assertTrue(queue.isClosed());
        assertEquals(
                "DelayQueue[jobs, 2 items] is closed",
                assertThrows(IllegalStateException.class, () -> queue.insert("c", millis(1)))
                        .getMessage());
        due();
        timer.advance(millis(9));
        assertEquals(List.of("a", "b", "end"), due());
        assertEquals(Poll.ready(null), queue.next().poll(cx));
    }

    @Test
    void closingAnEmptyQueueOrRemovingTheLastItemOfAClosedOneTellsTheEnd() throws Exception {
        var next = queue.next();
        assertFalse(next.poll(cx).isReady());
        queue.close();
        assertEquals(1, timer.wakes);
        assertEquals(Poll.ready(null), next.poll(cx));
        var other = new DelayQueue<String>();
        var item = other.insert("a", millis(5));
        var end = other.next();
        assertFalse(end.poll(cx).isReady());
        other.close();
        assertEquals(1, timer.wakes);
        other.remove(item);
        assertEquals(2, timer.wakes);
        assertEquals(Poll.ready(null), end.poll(cx));
    }

    @Test
    void givingUpLosesNothing() throws Exception {
        queue.insert("a", millis(5));
        var next = queue.next();
        assertFalse(next.poll(cx).isReady());
        timer.advance(millis(5));
        assertTrue(next.pollCancel(cx).isReady());
        assertEquals(0, timer.armed());
        assertEquals(List.of("a"), due());
    }

    @Test
    void secondWhoWaitsIsRefused() throws Exception {
        var next = queue.next();
        assertFalse(next.poll(cx).isReady());
        assertEquals(
                "the next item of DelayQueue[jobs, 0 items] is awaited already",
                assertThrows(IllegalStateException.class, () -> queue.next().poll(cx))
                        .getMessage());
        assertTrue(next.pollCancel(cx).isReady());
        assertFalse(queue.next().poll(cx).isReady());
    }

    @Test
    void longestDelayNeverComesOut() {
        due();
        var item = queue.insert("never", Duration.ofSeconds(Long.MAX_VALUE));
        queue.insert("nor this", Instant.MAX);
        assertEquals(Instant.EPOCH.plusNanos(Long.MAX_VALUE), item.deadline());
        timer.advanceTo(Long.MAX_VALUE - 1);
        assertEquals(List.of(), due());
        queue.reset(item, Instant.MIN);
        assertEquals(List.of("never"), due());
    }

    @Test
    void whatIsNotAValueOrADelayIsRefused() {
        assertThrows(NullPointerException.class, () -> queue.insert(null, millis(1)));
        assertEquals(
                "duration must not be negative, but was PT-1S",
                assertThrows(IllegalArgumentException.class, () -> queue.insert("a", Duration.ofSeconds(-1)))
                        .getMessage());
        assertSame(0, queue.size());
    }

    @Test
    void budgetIsSpentForEachItem() throws Exception {
        var budget = new int[] {1};
        var bounded = new Context() {
            @Override
            public dev.wakeful.Waker waker() {
                return cx.waker();
            }

            @Override
            public <V> V find(Key<V> key) {
                return cx.find(key);
            }

            @Override
            public boolean hasBudget() {
                return budget[0] > 0;
            }

            @Override
            public void spendBudget() {
                budget[0]--;
            }
        };
        queue.insert("a", Duration.ZERO);
        queue.insert("b", Duration.ZERO);
        assertTrue(queue.next().poll(bounded).isReady());
        assertFalse(queue.next().poll(bounded).isReady());
        budget[0] = 1;
        assertTrue(queue.next().poll(bounded).isReady());
    }

    @Test
    void threadsPutInMoveAndRemoveWhileATaskWaits() throws Exception {
        int threads = 3;
        int each = 20_000;
        due();
        var workers = new ArrayList<Thread>();
        var removed = new java.util.concurrent.atomic.AtomicInteger();
        for (int t = 0; t < threads; t++) {
            workers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    var item = queue.insert("x", Duration.ofNanos(i % 7));
                    if (i % 3 == 0) {
                        queue.tryReset(item, Duration.ofNanos(3));
                    }
                    if (i % 5 == 0 && queue.tryRemove(item)) {
                        removed.incrementAndGet();
                    }
                }
            }));
        }
        int taken = 0;
        while (workers.stream().anyMatch(Thread::isAlive)) {
            timer.advanceTo(timer.nanos() + 10);
            taken += due().size();
        }
        timer.advanceTo(timer.nanos() + 10);
        taken += due().size();
        assertEquals(threads * each, taken + removed.get());
        assertEquals(0, queue.size());
    }
}
