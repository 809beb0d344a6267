// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import dev.wakeful.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How the one-to-many channels end, and the ends that are polled by hand.
class EndsTest {
    private final IOException cause = new IOException("disk full");

    @Test
    void failedBroadcastGivesWhatWasSentAndThenThatVeryObject() throws Exception {
        var channel = Broadcast.<String>lossless(1);
        var receiver = channel.subscribe();
        var other = channel.subscribe();
        channel.sender().trySend("a");
        var waiting = channel.sender().send("b");
        Hand sender = Hand.pending("sender", waiting);
        channel.sender().copy().fail(cause);
        channel.sender().fail(new IllegalStateException("the first counts"));
        assertEquals(1, sender.wakes);
        var refused = assertThrows(ClosedException.class, () -> sender.value(waiting));
        assertEquals("the broadcast is closed", refused.getMessage());
        assertEquals("b", refused.value());
        assertSame(cause, refused.getCause());
        assertEquals("a", Hand.ready(receiver.receive()));
        assertSame(cause, assertThrows(IOException.class, () -> Hand.ready(receiver.receive())));
        assertSame(cause, assertThrows(IOException.class, receiver::receiveBlocking));
        assertEquals("a", other.tryReceive());
        assertSame(cause, assertThrows(ClosedException.class, other::tryReceive).getCause());
        assertSame(
                cause,
                assertThrows(ClosedException.class, () -> channel.sender().trySend("c"))
                        .getCause());
    }

    @Test
    void slotThatWasAssignedBeforeTheFailureIsStillUsed() throws Exception {
        var channel = Broadcast.<String>lossless(1);
        var receiver = channel.subscribe();
        channel.sender().trySend("a");
        var waiting = channel.sender().send("b");
        Hand sender = Hand.pending("sender", waiting);
        assertEquals("a", receiver.tryReceive());
        channel.sender().fail(cause);
        var end = receiver.receive();
        Hand hand = Hand.pending("receiver", end);
        sender.value(waiting);
        assertEquals("b", hand.value(end));
        assertThrows(IOException.class, () -> Hand.ready(receiver.receive()));
    }

    @Test
    void failedWatchFailsOnceTheLatestIsSeen() throws Exception {
        var watch = Watch.of(1);
        var follower = watch.subscribe();
        var late = watch.subscribe();
        var changed = follower.changed();
        Hand hand = Hand.pending("follower", changed);
        watch.fail(cause);
        watch.close();
        assertEquals(1, hand.wakes);
        assertSame(cause, assertThrows(IOException.class, () -> hand.value(changed)));
        assertSame(cause, assertThrows(ClosedException.class, late::hasChanged).getCause());
        late.markChanged();
        Hand.ready(late.changed());
        assertSame(cause, assertThrows(IOException.class, late::changedBlocking));
        assertSame(cause, assertThrows(IOException.class, () -> late.waitForBlocking(value -> value > 1)));
        assertEquals(1, late.waitForBlocking(value -> value == 1));
    }

    @Test
    void senderOfAWatchLearnsThatNobodyFollows() throws Exception {
        var watch = Watch.of(1);
        Hand.ready(watch.closed());
        var first = watch.subscribe();
        var second = first.copy();
        assertEquals(2, watch.followers());
        var waits = new ArrayList<Future<?>>();
        var hands = new ArrayList<Hand>();
        for (int i = 0; i < 70; i++) { // more than two batches
            waits.add(watch.closed());
            hands.add(Hand.pending("sender " + i, waits.get(i)));
        }
        assertEquals("the end of a watch's followers", Hand.waitsFor(waits.getFirst()));
        hands.getFirst().cancel(waits.getFirst());
        first.close();
        first.close();
        assertEquals(1, watch.followers());
        assertEquals(0, hands.stream().mapToInt(hand -> hand.wakes).sum());
        second.close();
        assertEquals(69, hands.stream().mapToInt(hand -> hand.wakes).sum());
        assertNull(hands.getLast().value(waits.getLast()));
        watch.closedBlocking();
        assertEquals(
                "this receiver is closed: Watch[1]",
                assertThrows(IllegalStateException.class, second::changed).getMessage());
        assertEquals(1, second.value());
    }

    @Test
    void waitForTheEndOfFollowersIsReadyThoughOneHasComeSince() throws Exception {
        var watch = Watch.of(1);
        var follower = watch.subscribe();
        var closed = watch.closed();
        Hand hand = Hand.pending("sender", closed);
        follower.close();
        try (var _ = watch.subscribe()) {
            hand.value(closed);
        }
    }

    @Test
    void sendIsPolledByHandAndKeepsItsPlace() throws Exception {
        var undelivered = new ArrayList<String>();
        var channel = new ChannelBuilder<String>()
                .capacity(1)
                .onUndelivered(undelivered::add)
                .mpsc();
        var sender = channel.sender();
        var hand = new Hand("sender");
        assertTrue(sender.pollSend(hand, "a").isReady());
        assertFalse(sender.pollSend(hand, "b").isReady());
        var behind = channel.sender().copy().send("c");
        Hand second = Hand.pending("behind", behind);
        assertEquals(
                "a poll for another value is not complete, so this cannot be sent: x",
                assertThrows(IllegalStateException.class, () -> sender.pollSend(hand, "x"))
                        .getMessage());
        assertEquals("a", channel.receiver().tryReceive());
        assertEquals(List.of(1, 0), List.of(hand.wakes, second.wakes));
        assertTrue(sender.pollSend(hand, "b").isReady());
        assertEquals("b", channel.receiver().tryReceive());
        second.value(behind);
        assertFalse(sender.pollSend(hand, "d").isReady());
        sender.cancelSend();
        sender.cancelSend();
        assertEquals(List.of("d"), undelivered);
        assertFalse(sender.pollSend(hand, "e").isReady());
        channel.receiver().close();
        assertEquals(
                "e",
                assertThrows(ClosedException.class, () -> sender.pollSend(hand, "e"))
                        .value());
        assertEquals(List.of("d", "c"), undelivered);
    }

    @Test
    void polledSendOfARendezvousWaitsForItsReceiver() throws Exception {
        var channel = Rendezvous.<String>create();
        var hand = new Hand("sender");
        assertFalse(channel.sender().pollSend(hand, "a").isReady());
        assertEquals("a", channel.receiver().tryReceive());
        assertEquals(1, hand.wakes);
        assertTrue(channel.sender().pollSend(hand, "a").isReady());
        assertFalse(channel.sender().pollSend(hand, "b").isReady());
        channel.sender().close();
        assertThrows(ClosedException.class, channel.receiver()::tryReceive, "a closed sender sends nothing more");
    }

    @Test
    void receiversArePolledByHand() throws Exception {
        var hand = new Hand("receiver");
        var broadcast = Broadcast.<String>lossy(1);
        var subscription = broadcast.subscribe();
        assertFalse(subscription.pollReceive(hand).isReady());
        broadcast.sender().trySend("a");
        assertEquals(1, hand.wakes);
        assertEquals(Poll.ready("a"), subscription.pollReceive(hand));
        broadcast.sender().trySend("b");
        broadcast.sender().trySend("c");
        assertEquals(
                1,
                assertThrows(LaggedException.class, () -> subscription.pollReceive(hand))
                        .missed());
        assertEquals(Poll.ready("c"), subscription.pollReceive(hand));
        broadcast.sender().close();
        assertEquals(Poll.ready(null), subscription.pollReceive(hand));
        assertEquals(Poll.ready(null), subscription.pollReceive(hand), "the end repeats");
        var oneshot = Oneshot.<String>create();
        assertFalse(oneshot.receiver().pollReceive(hand).isReady());
        oneshot.sender().send("value");
        assertEquals(Poll.ready("value"), oneshot.receiver().pollReceive(hand));
        assertEquals(
                "this receiver has received its one value or is closed: Oneshot[closed]",
                assertThrows(
                                IllegalStateException.class,
                                () -> oneshot.receiver().pollReceive(hand))
                        .getMessage());
        assertEquals(
                "this sender has sent its one value or is closed: Oneshot[closed]",
                assertThrows(IllegalStateException.class, () -> oneshot.sender().send("again"))
                        .getMessage());
    }

    @Test
    void upgradableReadIsTriedAndUpgradedIfNobodyReads() throws Exception {
        var lock = new RwLock("prices");
        var upgradable = lock.tryUpgradable();
        assertTrue(upgradable != null);
        assertNull(lock.tryUpgradable());
        assertNull(lock.tryWrite());
        var reader = lock.tryRead();
        assertTrue(reader != null);
        assertNull(upgradable.tryUpgrade(), "there is a reader");
        var writer = lock.write();
        Hand hand = Hand.pending("writer", writer);
        reader.close();
        var guard = upgradable.tryUpgrade();
        assertTrue(guard != null, "ahead of the queue");
        assertTrue(lock.isWriting());
        upgradable.close();
        assertEquals(0, hand.wakes, "the upgraded guard is closed already");
        assertThrows(IllegalStateException.class, upgradable::tryUpgrade);
        guard.close();
        hand.value(writer).close();
        assertEquals(0, lock.readers());
    }

    @Test
    void threadRunsUntilTheTokenIsCancelled() throws Exception {
        var token = new CancellationToken();
        assertEquals(
                "value", token.runUntilCancelledBlocking(Future.ready("value")).orElseThrow());
        assertSame(cause, assertThrows(IOException.class, () -> token.runUntilCancelledBlocking(Future.failed(cause))));
        token.cancel("stop");
        assertTrue(token.runUntilCancelledBlocking(Future.pending()).isEmpty());
    }
}
