// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.task.Quiescence;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sentences of the contract that no other test is about.
class ClausesTest {
    @Test
    void reserveThatIsWoundDownInTheQueueHandsItsSlotsToASendAndItsEndToTheReceiver() throws Exception {
        var channel = Mpsc.<String>bounded(2);
        channel.sender().trySend("a");
        var reserve = channel.sender().reserve(2);
        Hand first = Hand.pending("reserve", reserve); // has one slot, and waits for the other
        var send = channel.sender().send("b");
        Hand second = Hand.pending("send", send);
        first.cancel(reserve);
        assertEquals(1, second.wakes);
        second.value(send);
        var again = channel.sender().reserve(2);
        Hand third = Hand.pending("again", again);
        assertEquals("a", channel.receiver().tryReceive());
        assertEquals("b", channel.receiver().tryReceive());
        assertEquals(1, third.wakes, "both slots are its own, and it is not polled");
        channel.receiver().closeIntake();
        var receive = channel.receiver().receive();
        Hand receiver = Hand.pending("receiver", receive);
        third.cancel(again);
        assertEquals(1, receiver.wakes, "no permit is outstanding any more");
        assertNull(receiver.value(receive));
    }

    @Test
    void sectionThatFailsReleasesTheLockAndPoisonsNothing() throws Exception {
        var mutex = new Mutex();
        var waits = mutex.lock();
        var hand = new Hand("next");
        assertThrows(IllegalStateException.class, () -> {
            try (var _ = Hand.ready(mutex.lock())) {
                hand.pending(waits);
                throw new IllegalStateException("the section failed");
            }
        });
        assertEquals(1, hand.wakes);
        hand.value(waits).close();
        assertFalse(mutex.isLocked());
    }

    @Test
    void valueOfABroadcastIsReleasedWhenItsLastReaderHasPassedIt() throws Exception {
        for (var channel : List.of(Broadcast.<Object>lossy(4), Broadcast.<Object>lossless(4))) {
            var quick = channel.subscribe();
            var slow = channel.subscribe();
            var sent = sendOne(channel);
            assertTrue(Hand.ready(quick.receive()) != null);
            assertFalse(isReleased(sent), "the slow one has not received it");
            assertTrue(slow.tryReceive() != null);
            assertTrue(isReleased(sent));
            var passed = sendOne(channel);
            quick.close();
            slow.close();
            assertTrue(isReleased(passed), "who is closed passes all");
            channel.sender().close();
        }
    }

    private static WeakReference<Object> sendOne(Broadcast<Object> channel) {
        var value = new Object();
        assertTrue(channel.sender().trySend(value));
        return new WeakReference<>(value);
    }

    private static boolean isReleased(WeakReference<?> value) {
        Quiescence.collect();
        return value.refersTo(null);
    }

    @Test
    void valueThatWasReceivedIsNotKeptByItsChannel() throws Exception {
        var channel = Mpsc.<Object>bounded(4);
        var value = new Object();
        var sent = new WeakReference<>(value);
        Hand.ready(channel.sender().send(value));
        value = null;
        assertFalse(isReleased(sent));
        assertTrue(channel.receiver().tryReceive() != null);
        assertTrue(isReleased(sent));
        assertEquals(0, channel.receiver().size());
    }

    @Test
    void notifyAllWakesThoseEnabledBeforeItAndStoresNothing() throws Exception {
        var notify = new Notify();
        var enabled = notify.notified();
        assertFalse(enabled.enable());
        var made = notify.notified(); // made before the call, and not enabled
        notify.notifyAllWaiting();
        Hand.ready(enabled);
        Hand.pending("made", made);
    }

    @Test
    void reusedBarrierHasOneLeaderInEachGeneration() throws Exception {
        var barrier = new Barrier(2);
        for (int generation = 0; generation < 3; generation++) {
            var first = barrier.arrive();
            Hand hand = Hand.pending("first", first);
            assertEquals(List.of(true, false), List.of(Hand.ready(barrier.arrive()), hand.value(first)));
        }
    }

    @Test
    void watchIsSeenByEachFollowerInItsOwnTimeAndKeepsNoSenderWaiting() throws Exception {
        var watch = Watch.of(0);
        var followers = List.of(watch.subscribe(), watch.subscribe());
        for (int i = 1; i <= 100; i++) {
            watch.send(i);
        }
        var seen = new ArrayList<Integer>();
        for (var follower : followers) {
            Hand.ready(follower.changed());
            seen.add(follower.value());
            assertFalse(follower.hasChanged(), "the hundred count as one change");
        }
        assertEquals(List.of(100, 100), seen);
    }

    @Test
    void weakSenderOpensNoChannelThatHasEnded() {
        var channel = Mpsc.<String>unbounded();
        var weak = channel.sender().downgrade();
        try (var again = weak.upgrade()) {
            assertTrue(again != null && again.sameChannel(channel.sender()));
            assertEquals(2, channel.sender().senders());
        }
        channel.sender().close();
        assertNull(weak.upgrade());
        assertThrows(ClosedException.class, channel.receiver()::tryReceive);
    }
}
