// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Oneshot, watch and broadcast.
class OneValueTest {
    @Test
    void aOneshotHandsItsValueOver() throws Exception {
        var channel = Oneshot.<String>create();
        assertNull(channel.receiver().tryReceive());
        var receive = channel.receiver().receive();
        Hand hand = Hand.pending("receiver", receive);
        channel.sender().send("value");
        channel.sender().close();
        assertThrows(IllegalStateException.class, () -> channel.sender().send("second"));
        assertEquals("value", hand.value(receive));
        assertTrue(channel.sender().isClosed());
        assertThrows(
                IllegalStateException.class, () -> Hand.ready(channel.receiver().receive()));
    }

    @Test
    void aCancelledReceiveLeavesTheValue() throws Exception {
        var channel = Oneshot.<String>create();
        var receive = channel.receiver().receive();
        Hand hand = Hand.pending("receiver", receive);
        channel.sender().send("value");
        hand.cancel(receive);
        assertEquals("value", channel.receiver().tryReceive());
    }

    @Test
    void aOneshotHandsBackWhatNobodyReceives() throws Exception {
        var undelivered = new ArrayList<String>();
        var channel = Oneshot.<String>create(undelivered::add);
        var closed = channel.sender().closed();
        Hand hand = Hand.pending("sender", closed);
        channel.receiver().close();
        hand.value(closed);
        assertEquals(
                "late",
                assertThrows(ClosedException.class, () -> channel.sender().send("late"))
                        .value());
        var other = Oneshot.<String>create(undelivered::add);
        other.sender().send("lost");
        other.receiver().close();
        other.receiver().close();
        assertEquals(java.util.List.of("lost"), undelivered);
    }

    @Test
    void aOneshotWithoutAValueFailsWithTheReason() {
        var closed = Oneshot.<String>create();
        closed.sender().close();
        assertThrows(ClosedException.class, () -> Hand.ready(closed.receiver().receive()));
        var failed = Oneshot.<String>create();
        var reason = new IOException("no answer");
        failed.sender().fail(reason);
        assertSame(
                reason,
                assertThrows(
                        IOException.class, () -> Hand.ready(failed.receiver().receive())));
    }

    @Test
    void theInitialValueOfAWatchCountsAsSeen() throws Exception {
        var watch = Watch.of(1);
        var first = watch.subscribe();
        assertFalse(first.hasChanged());
        var changed = first.changed();
        Hand hand = Hand.pending("follower", changed);
        watch.send(2);
        assertEquals(0, watch.subscribe().copy().hasChanged() ? 1 : 0);
        hand.value(changed);
        assertEquals(2, first.value());
        assertFalse(first.hasChanged());
        first.markChanged();
        Hand.ready(first.changed());
    }

    @Test
    void aClosedWatchFailsOnceTheLatestIsSeen() throws Exception {
        var watch = Watch.of(1);
        var follower = watch.subscribe();
        watch.send(2);
        watch.close();
        assertThrows(ClosedException.class, follower::hasChanged);
        Hand.ready(follower.changed());
        assertThrows(ClosedException.class, () -> Hand.ready(follower.changed()));
        assertEquals(2, follower.value());
    }

    @Test
    void aConditionalSendMayTellNobody() throws Exception {
        var watch = Watch.of(1);
        var follower = watch.subscribe();
        var even = follower.waitFor(value -> value % 2 == 0);
        Hand hand = Hand.pending("follower", even);
        assertFalse(watch.update(_ -> null));
        watch.setQuietly(4);
        assertEquals(0, hand.wakes);
        assertTrue(watch.update(value -> value + 2));
        assertEquals(6, hand.value(even));
    }

    @Test
    void aChangeThatWasSeenBeforeTheWaitDoesNotEndIt() throws Exception {
        var watch = Watch.of(1);
        var follower = watch.subscribe();
        var changed = follower.changed();
        Hand hand = Hand.pending("follower", changed);
        watch.cell.endRound(watch.cell.enter()); // as from a send whose value was seen before the wait was queued
        hand.pending(changed);
        watch.send(2);
        assertEquals(2, hand.wakes);
        hand.value(changed);
    }

    @Test
    void aSlowReceiverIsToldHowManyItMissed() throws Exception {
        var channel = Broadcast.<Integer>lossy(3); // rounded up to 4
        var slow = channel.subscribe();
        for (int i = 0; i < 6; i++) {
            assertTrue(channel.sender().trySend(i));
        }
        var lagged = assertThrows(LaggedException.class, () -> Hand.ready(slow.receive()));
        assertEquals(2, lagged.missed());
        assertEquals("the receiver missed 2 values", lagged.getMessage());
        assertEquals(2, Hand.ready(slow.receive()));
        var late = channel.sender().subscribe();
        assertNull(late.tryReceive());
        channel.sender().close();
        assertNull(Hand.ready(late.receive()));
        for (int i = 3; i < 6; i++) {
            assertEquals(i, Hand.ready(slow.receive()));
        }
        assertThrows(ClosedException.class, slow::tryReceive);
    }

    @Test
    void aLosslessSenderWaitsForTheSlowest() throws Exception {
        var channel = Broadcast.<Integer>lossless(1);
        var slow = channel.subscribe();
        var quick = channel.subscribe();
        Hand.ready(channel.sender().send(1));
        var send = channel.sender().send(2);
        Hand sender = Hand.pending("sender", send);
        assertEquals("the slowest receiver of a broadcast", Hand.waitsFor(send));
        assertEquals(1, Hand.ready(quick.receive()));
        assertEquals(0, sender.wakes);
        slow.close();
        assertEquals(1, sender.wakes);
        sender.value(send);
        assertEquals(2, Hand.ready(quick.receive()));
        var waiting = quick.receive();
        Hand receiver = Hand.pending("receiver", waiting);
        quick.close();
        assertNull(receiver.value(waiting), "closed under a receive");
        assertThrows(ClosedException.class, () -> channel.sender().trySend(3));
    }
}
