// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Futures;
import dev.wakeful.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelContractTest {
    private final List<String> undelivered = new ArrayList<>();

    record Pair(String kind, Sender<String> sender, Receiver<String> receiver) {
        @Override
        public String toString() {
            return kind;
        }
    }

    static Stream<Pair> all() {
        return Stream.concat(queues(), Stream.of(pair("rendezvous", new ChannelBuilder<String>().rendezvous())));
    }

    static Stream<Pair> queues() {
        var mpmc = Mpmc.<String>bounded(2);
        return Stream.of(
                pair("bounded", Mpsc.bounded(2)),
                pair("unbounded", Mpsc.unbounded()),
                new Pair("mpmc", mpmc.sender(), mpmc.receiver()));
    }

    private static Pair pair(String kind, Mpsc<String> channel) {
        return new Pair(kind, channel.sender(), channel.receiver());
    }

    private static Pair pair(String kind, Rendezvous<String> channel) {
        return new Pair(kind, channel.sender(), channel.receiver());
    }

    @ParameterizedTest
    @MethodSource("all")
    void aWaitingReceiverIsWokenByASend(Pair channel) throws Exception {
        var receive = channel.receiver.receive();
        Hand hand = Hand.pending("receiver", receive);
        assertEquals("a value from a channel", Hand.waitsFor(receive));
        var send = channel.sender.send("one");
        var sender = new Hand("sender");
        boolean sent = sender.pollRaw(send);
        assertEquals(1, hand.wakes);
        assertEquals("one", hand.value(receive));
        if (!sent) {
            sender.value(send);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aCancelledReceiveLosesNothing(Pair channel) throws Exception {
        var first = channel.receiver.receive();
        var second = channel.receiver.receive();
        Hand one = Hand.pending("one", first);
        Hand two = Hand.pending("two", second);
        new Hand("sender").pollRaw(channel.sender.send("value"));
        assertEquals(List.of(1, 0), List.of(one.wakes, two.wakes));
        one.cancel(first);
        assertEquals(1, two.wakes);
        assertEquals("value", two.value(second));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void theEndComesAfterTheLastValueAndRepeats(Pair channel) throws Exception {
        Hand.ready(channel.sender.send("last"));
        channel.sender.close();
        channel.sender.close();
        assertEquals("last", Hand.ready(channel.receiver.receive()));
        assertNull(Hand.ready(channel.receiver.receive()));
        assertNull(Hand.ready(channel.receiver.receive()));
        assertEquals(Poll.ready(null), channel.receiver.pollReceive(new Hand("again")));
        assertThrows(IllegalStateException.class, () -> channel.sender.send("late"));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void closingTheIntakeKeepsWhatWasAcceptedAndThePermits(Pair channel) throws Exception {
        Hand.ready(channel.sender.send("one"));
        var permit = Hand.ready(channel.sender.reserve());
        channel.receiver.closeIntake();
        var failure = assertThrows(ClosedException.class, () -> Hand.ready(channel.sender.send("two")));
        assertEquals("two", failure.value());
        assertEquals("one", channel.receiver.tryReceive());
        assertNull(channel.receiver.tryReceive(), "empty, not closed, while a permit is outstanding");
        var receive = channel.receiver.receive();
        Hand hand = Hand.pending("receiver", receive);
        permit.send("three");
        assertEquals("three", hand.value(receive));
        assertThrows(IllegalStateException.class, () -> permit.send("four"));
        assertThrows(ClosedException.class, channel.receiver::tryReceive);
    }

    @ParameterizedTest
    @MethodSource("queues")
    void aPermitThatIsGivenBackTellsTheReceiverThatItIsOver(Pair channel) throws Exception {
        var permit = Hand.ready(channel.sender.reserve());
        channel.sender.close();
        var receive = channel.receiver.receive();
        Hand hand = Hand.pending("receiver", receive);
        permit.close();
        assertEquals(1, hand.wakes);
        assertNull(hand.value(receive));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aFailedChannelFailsItsReceiverWithThatVeryObject(Pair channel) {
        var cause = new IOException("line cut");
        channel.sender.fail(cause);
        assertSame(cause, assertThrows(IOException.class, () -> Hand.ready(channel.receiver.receive())));
        var failure = assertThrows(ClosedException.class, () -> channel.sender.trySend("late"));
        assertSame(cause, failure.getCause());
        assertEquals("late", failure.value());
        assertEquals("a channel is closed", failure.getMessage());
    }

    @ParameterizedTest
    @MethodSource("all")
    void nullIsRefused(Pair channel) {
        @SuppressWarnings("NullAway") // on purpose
        var failure = assertThrows(NullPointerException.class, () -> channel.sender.send(null));
        assertEquals("value must not be null", failure.getMessage());
    }

    @ParameterizedTest
    @MethodSource("all")
    void sendersLearnThatTheReceiverIsGone(Pair channel) throws Exception {
        var closed = channel.sender.closed();
        Hand hand = Hand.pending("sender", closed);
        assertFalse(channel.sender.isClosed());
        channel.receiver.close();
        assertEquals(1, hand.wakes);
        hand.value(closed);
        assertThrows(ClosedException.class, () -> channel.sender.trySend("late"));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void severalAreReceivedAtOnce(Pair channel) throws Exception {
        var into = new ArrayList<String>();
        var many = channel.receiver.receiveMany(into, 5);
        Hand hand = Hand.pending("receiver", many);
        Hand.ready(channel.sender.send("a"));
        Hand.ready(channel.sender.send("b"));
        assertEquals(2, hand.value(many));
        assertEquals(List.of("a", "b"), into);
        channel.sender.close();
        assertEquals(0, Hand.ready(channel.receiver.receiveMany(into, 1)));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void aWeakSenderDoesNotKeepTheChannelOpen(Pair channel) throws Exception {
        var weak = channel.sender.downgrade();
        var strong = weak.upgrade();
        assertEquals(2, channel.sender.senders());
        assertTrue(strong != null && strong.sameChannel(channel.sender));
        strong.close();
        channel.sender.close();
        assertNull(weak.upgrade());
        assertNull(Hand.ready(channel.receiver.receive()));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void pollReceiveAllocatesOneNodeAndHandsItsPromiseOn(Pair channel) throws Exception {
        var hand = new Hand("poller");
        assertEquals(Poll.pending(), channel.receiver.pollReceive(hand));
        Hand.ready(channel.sender.send("one"));
        assertEquals(1, hand.wakes);
        assertEquals("one", channel.receiver.tryReceive(), "what a poll was promised is there for tryReceive");
        assertEquals(Poll.pending(), channel.receiver.pollReceive(hand));
        Hand.ready(channel.sender.send("two"));
        assertEquals(Poll.ready("two"), channel.receiver.pollReceive(hand));
    }

    @ParameterizedTest
    @MethodSource("all")
    void threadsSendAndReceiveEachValueOnce(Pair channel) throws Exception {
        int values = 20_000;
        var sum = new AtomicLong();
        var second = channel.sender.copy();
        var threads = List.of(
                Thread.ofVirtual().start(() -> sendAll(channel.sender, 0, values)),
                Thread.ofPlatform().start(() -> sendAll(second, values, 2 * values)),
                Thread.ofVirtual().start(() -> receiveAll(channel.receiver, sum)),
                Thread.ofPlatform().start(() -> receiveAll(channel.receiver, sum)));
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals((long) values * (2L * values - 1), sum.get());
    }

    private static void sendAll(Sender<String> sender, int from, int to) {
        try (sender) {
            for (int i = from; i < to; i++) {
                sender.sendBlocking(Integer.toString(i));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void receiveAll(Receiver<String> receiver, AtomicLong sum) {
        try {
            for (String value; (value = receiver.receiveBlocking()) != null; ) {
                sum.addAndGet(Long.parseLong(value));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBoundedChannelHoldsItsCapacityAndServesSendersInOrder() throws Exception {
        var channel = new ChannelBuilder<String>()
                .name("jobs")
                .capacity(1)
                .onUndelivered(undelivered::add)
                .mpsc();
        Hand.ready(channel.sender().send("a"));
        var b = channel.sender().send("b");
        var c = channel.sender().send("c");
        Hand second = Hand.pending("second", b);
        Hand third = Hand.pending("third", c);
        assertEquals("room in channel jobs", Hand.waitsFor(b));
        assertFalse(channel.sender().trySend("d"));
        assertNull(channel.sender().tryReserve());
        assertEquals("a", Hand.ready(channel.receiver().receive()));
        assertEquals(List.of(1, 0), List.of(second.wakes, third.wakes));
        assertNull(channel.receiver().tryReceive(), "b has the slot, and is sent by the poll that says so");
        second.cancel(b);
        assertEquals(List.of("b"), undelivered);
        assertEquals(1, third.wakes);
        third.value(c);
        assertEquals("c", channel.receiver().tryReceive());
    }

    @Test
    void closingTheReceiverGivesWhatIsQueuedToTheHook() throws Exception {
        var channel = new ChannelBuilder<String>()
                .capacity(2)
                .onUndelivered(undelivered::add)
                .mpsc();
        Hand.ready(channel.sender().send("a"));
        var permit = Hand.ready(channel.sender().reserve());
        var waiting = channel.sender().send("b");
        Hand hand = Hand.pending("sender", waiting);
        channel.receiver().close();
        assertEquals(List.of("a"), undelivered);
        assertEquals(
                "b",
                assertThrows(ClosedException.class, () -> waiting.poll(hand)).value());
        assertEquals(
                "c", assertThrows(ClosedException.class, () -> permit.send("c")).value());
        assertEquals(List.of("a"), undelivered);
    }

    @Test
    void aDroppingChannelNeverLetsASenderWait() throws Exception {
        var newest = new ChannelBuilder<String>()
                .capacity(1)
                .overflow(Overflow.DROP_NEWEST)
                .onUndelivered(undelivered::add);
        var oldest = new ChannelBuilder<String>()
                .capacity(1)
                .overflow(Overflow.DROP_OLDEST)
                .onUndelivered(undelivered::add);
        for (var channel : List.of(newest.mpsc(), oldest.mpsc())) {
            Hand.ready(channel.sender().send("a"));
            Hand.ready(channel.sender().send("b"));
            undelivered.add("and " + channel.receiver().tryReceive());
        }
        assertEquals(List.of("b", "and a", "a", "and b"), undelivered);
    }

    @Test
    void aRendezvousSendIsReadyWhenItsValueWasReceived() throws Exception {
        var channel =
                new ChannelBuilder<String>().onUndelivered(undelivered::add).rendezvous();
        var send = channel.sender().send("a");
        Hand sender = Hand.pending("sender", send);
        assertFalse(channel.sender().trySend("b"), "no receiver waits");
        assertEquals("a", channel.receiver().tryReceive());
        assertEquals(1, sender.wakes);
        sender.value(send);
        var receive = channel.receiver().receive();
        Hand receiver = Hand.pending("receiver", receive);
        assertTrue(channel.sender().trySend("c"));
        assertEquals("c", receiver.value(receive));
        assertThrows(IllegalStateException.class, () -> channel.sender().reserve());
    }

    @Test
    void aReceiverWhoseRendezvousWasCancelledWaitsOn() throws Exception {
        var channel =
                new ChannelBuilder<String>().onUndelivered(undelivered::add).rendezvous();
        var receive = channel.receiver().receive();
        Hand receiver = Hand.pending("receiver", receive);
        var send = channel.sender().send("a");
        Hand sender = Hand.pending("sender", send);
        sender.cancel(send);
        assertEquals(List.of("a"), undelivered);
        receiver.pending(receive);
        Hand.pending("sender", channel.sender().send("b"));
        assertEquals(2, receiver.wakes);
        assertEquals("b", receiver.value(receive));
    }

    @Test
    void ofSeveralClausesExactlyOneCommitsOnEitherSide() throws Exception {
        var left = new ChannelBuilder<String>().onUndelivered(undelivered::add).rendezvous();
        var right = new ChannelBuilder<String>().onUndelivered(undelivered::add).rendezvous();
        var one = Futures.race(
                left.sender().offer("a").map(_ -> "offered a"), right.receiver().receive());
        Hand first = Hand.pending("one", one);
        var two = Futures.race(
                left.receiver().receive(), right.sender().offer("b").map(_ -> "offered b"));
        var second = new Hand("two");
        boolean done = second.pollRaw(two); // its offer meets the receive of the first, or it waits to be met
        String said = first.value(one);
        String answered = done ? "offered b" : second.value(two);
        assertTrue(
                said.equals("offered a") && answered.equals("a") || said.equals("b") && answered.equals("offered b"),
                said + ", " + answered);
        assertEquals(said.equals("b") ? List.of("a") : List.of("b"), undelivered, "the clause that lost");
    }

    @Test
    void anOfferIsNotTakenBetweenItsPolls() throws Exception {
        var channel =
                new ChannelBuilder<String>().onUndelivered(undelivered::add).rendezvous();
        var offer = channel.sender().offer("a");
        Hand sender = Hand.pending("sender", offer);
        assertNull(channel.receiver().tryReceive());
        var receive = channel.receiver().receive();
        Hand receiver = Hand.pending("receiver", receive);
        assertEquals(List.of(1, 0), List.of(sender.wakes, receiver.wakes));
        sender.cancel(offer);
        assertEquals(List.of("a"), undelivered);
        receiver.pending(receive);
        channel.sender().close();
        assertNull(receiver.value(receive));
    }

    @Test
    void aCapacityOfNothingIsRefused() {
        assertEquals(
                "capacity must be positive, but was 0",
                assertThrows(IllegalArgumentException.class, () -> Mpsc.bounded(0))
                        .getMessage());
    }

    @Test
    void manySlotsAreAssignedAsTheyBecomeFree() throws Exception {
        var channel = Mpsc.<String>bounded(2);
        Hand.ready(channel.sender().send("a"));
        var two = channel.sender().reserve(2);
        Hand waiting = Hand.pending("two", two);
        var behind = channel.sender().send("b");
        Hand sender = Hand.pending("behind", behind);
        assertEquals("a", Hand.ready(channel.receiver().receive()));
        try (var permit = waiting.value(two)) {
            permit.send("c");
            assertEquals(1, permit.slots());
        }
        sender.value(behind);
        assertEquals("c", channel.receiver().tryReceive());
        assertEquals("b", channel.receiver().tryReceive());
    }

    @Test
    void aHugeBurstComesOutInOrder() throws Exception {
        var channel = Mpsc.<Integer>unbounded();
        int next = 0;
        for (int i = 0; i < 5_000; i++) {
            channel.sender().trySend(i);
            if (i % 3 == 0) {
                assertEquals(next++, channel.receiver().tryReceive());
            }
        }
        while (next < 5_000) {
            assertEquals(next++, channel.receiver().tryReceive());
        }
        assertNull(channel.receiver().tryReceive());
        assertEquals(0, channel.receiver().size());
    }
}
