// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import dev.wakeful.Futures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Of several clauses, sends and receives alike, exactly one takes effect.
class SelectTest {
    private final List<String> undelivered = Collections.synchronizedList(new ArrayList<>());

    private Sender<String> sender;
    private Receiver<String> receiver;

    SelectTest() {
        Mpsc<String> channel = bounded();
        sender = channel.sender();
        receiver = channel.receiver();
    }

    private Mpsc<String> bounded() {
        return new ChannelBuilder<String>()
                .capacity(1)
                .onUndelivered(undelivered::add)
                .mpsc();
    }

    private Rendezvous<String> rendezvous() {
        return new ChannelBuilder<String>().onUndelivered(undelivered::add).rendezvous();
    }

    private static Future<String> offer(Sender<String> sender, String value) {
        return sender.offer(value).map(_ -> "sent " + value);
    }

    @Test
    void roomThatALostClauseWasAssignedGoesToTheNextSender() throws Exception {
        var inbox = bounded();
        sender.trySend("full");
        var select = Futures.race(inbox.receiver().receive(), offer(sender, "a"));
        Hand hand = Hand.pending("select", select);
        var behind = sender.send("b");
        Hand next = Hand.pending("behind", behind);
        assertEquals("full", receiver.tryReceive());
        inbox.sender().trySend("mail");
        assertEquals(0, next.wakes);
        String won = hand.value(select);
        if (won.equals("mail")) {
            assertEquals(1, next.wakes);
            next.value(behind);
            assertEquals("b", receiver.tryReceive());
            assertEquals(List.of("a"), undelivered);
        } else {
            assertEquals("a", receiver.tryReceive());
            assertEquals("mail", inbox.receiver().tryReceive(), "it was promised to the clause that lost");
        }
    }

    @Test
    void valueThatALostClauseWasPromisedGoesToTheNextReceiver() throws Exception {
        var crew = Mpmc.<String>unbounded();
        var other = bounded();
        var select = Futures.race(crew.receiver().receive(), other.receiver().receive());
        Hand hand = Hand.pending("select", select);
        var colleague = crew.receiver().receive();
        Hand waiting = Hand.pending("colleague", colleague);
        crew.sender().trySend("job");
        other.sender().trySend("mail");
        assertEquals(0, waiting.wakes);
        String won = hand.value(select);
        assertEquals(won.equals("job") ? 0 : 1, waiting.wakes);
        assertEquals("mail", won.equals("job") ? other.receiver().tryReceive() : won);
        if (won.equals("mail")) {
            assertEquals("job", waiting.value(colleague));
        }
    }

    @Test
    void aRingOfSelectsMovesOn() throws Exception {
        var ring = List.of(rendezvous(), rendezvous(), rendezvous());
        var selects = new ArrayList<Future<String>>();
        var hands = new ArrayList<Hand>();
        for (int i = 0; i < 3; i++) {
            selects.add(Futures.race(
                    offer(ring.get(i).sender(), "from " + i),
                    ring.get((i + 1) % 3).receiver().receive()));
            hands.add(new Hand("select " + i));
        }
        var done = new ArrayList<String>();
        for (int round = 0; round < 6 && done.size() < 2; round++) {
            for (int i = 0; i < 3; i++) {
                Object said =
                        selects.get(i) == null ? Future.PENDING : selects.get(i).pollRaw(hands.get(i));
                if (said instanceof String text) {
                    done.add(text);
                    selects.set(i, null);
                }
            }
        }
        assertTrue(done.size() >= 2, "two of three face each other: " + done);
        assertTrue(done.getFirst().startsWith("sent "), "who offers first meets the one that waits: " + done);
    }

    @Test
    void closedChannelEndsTheSelectThatOffersThereAndHandsTheValueBack() throws Exception {
        var left = rendezvous();
        var right = rendezvous();
        var select = Futures.race(offer(left.sender(), "a"), right.receiver().receive());
        Hand hand = Hand.pending("select", select);
        left.receiver().close();
        assertEquals(1, hand.wakes);
        assertEquals(
                "a",
                assertThrows(ClosedException.class, () -> hand.value(select)).value());
        assertEquals(List.of(), undelivered);
        assertEquals(false, right.sender().trySend("nobody waits"), "the receive was wound down");
    }

    /// Two threads, each offering where the other receives, and receiving where the other offers.
    @Test
    void threadsThatFaceEachOtherLoseNothingAndDoNotStop() throws Exception {
        int rounds = 2_000;
        var left = rendezvous();
        var right = rendezvous();
        var sent = new ConcurrentLinkedQueue<String>();
        var received = new ConcurrentLinkedQueue<String>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            var one = threads.submit(() -> {
                face(left.sender(), right.receiver(), "l", rounds, sent, received);
                return null;
            });
            var two = threads.submit(() -> {
                face(right.sender(), left.receiver(), "r", rounds, sent, received);
                return null;
            });
            one.get(60, TimeUnit.SECONDS);
            two.get(60, TimeUnit.SECONDS);
        }
        drain(left.receiver(), received);
        drain(right.receiver(), received);
        assertEquals(sent.size(), received.size());
        assertEquals(new HashSet<>(sent), new HashSet<>(received));
        assertTrue(Collections.disjoint(sent, undelivered), "sent, and undelivered too");
        assertEquals(new HashSet<>(undelivered).size(), undelivered.size(), "undelivered twice");
        assertTrue(sent.size() >= rounds, () -> "only " + sent.size() + " were sent");
    }

    private static void face(
            Sender<String> out,
            Receiver<String> in,
            String name,
            int rounds,
            ConcurrentLinkedQueue<String> sent,
            ConcurrentLinkedQueue<String> received)
            throws Exception {
        for (int i = 0; i < rounds; i++) {
            String said;
            try {
                said = Blocking.await(Futures.race(offer(out, name + i), in.receive()));
            } catch (ClosedException e) {
                return; // the other has had its rounds
            }
            if (said == null) {
                return;
            }
            if (said.startsWith("sent ")) {
                sent.add(said.substring(5));
            } else {
                received.add(said);
            }
        }
        out.close(); // the receive of the other ends, and its offer
        in.closeIntake();
    }

    private static void drain(Receiver<String> receiver, ConcurrentLinkedQueue<String> received) {
        receiver.closeIntake();
        try {
            for (String value = receiver.tryReceive(); value != null; value = receiver.tryReceive()) {
                received.add(value);
            }
        } catch (ClosedException e) {
            assertNull(e.value());
        }
    }
}
