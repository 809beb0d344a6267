// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Report;
import dev.wakeful.internal.Begun;
import dev.wakeful.task.Quiescence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What should have been closed and became unreachable is reported; who waits for nothing else is told.
class UnclosedTest {
    private final List<Report> reports = new ArrayList<>();
    private final Hand task = new Hand("payer");
    private final Context cx = task.with(Report.KEY, (Consumer<Report>) reports::add);

    @BeforeAll
    static void watchAll() {
        Begun.watchAll();
    }

    private List<String> afterCollecting() {
        Quiescence.collect();
        Begun.reportCollected();
        return reports.stream().map(Report::message).toList();
    }

    private void take(Future<?> future) throws Exception {
        assertTrue(future.pollRaw(cx) != Future.PENDING);
    }

    @SuppressWarnings("unchecked") // what is not PENDING is a T
    private <T extends @Nullable Object> T value(Future<T> future) throws Exception {
        return (T) future.pollRaw(cx);
    }

    @Test
    void guardsAndPermitsAreReportedWithWhoAcquiredThem() throws Exception {
        var mutex = new Mutex("accounts");
        take(mutex.lock());
        var lock = new RwLock("prices");
        take(lock.read());
        var semaphore = new Semaphore("connections", 2);
        take(semaphore.acquire());
        var channel = Mpsc.<String>bounded(1);
        take(channel.sender().reserve());
        List<String> found = afterCollecting().stream().sorted().toList();
        assertEquals(4, found.size(), found.toString());
        assertTrue(found.get(0).startsWith("a permit of channel, acquired by payer"), found.get(0));
        assertTrue(found.get(0).endsWith(" was never closed, so its slots are lost and there is no end"), found.get(0));
        assertTrue(found.get(1).startsWith("guard of lock accounts, acquired by payer at "), found.get(1));
        assertTrue(found.get(1).endsWith(" was never closed, so nobody else gets the lock"), found.get(1));
        assertTrue(found.get(2).startsWith("permit of semaphore connections, acquired by payer"), found.get(2));
        assertTrue(found.get(3).startsWith("read guard of lock prices, acquired by payer"), found.get(3));
        assertEquals("unclosed", reports.getFirst().id());
    }

    @Test
    void whatIsClosedUsedForgottenMergedOrStillHeldIsNot() throws Exception {
        var mutex = new Mutex();
        var held = value(mutex.lock());
        var other = new Mutex();
        value(other.lock()).close();
        var semaphore = new Semaphore(4);
        var permits = value(semaphore.acquire());
        permits.merge(value(semaphore.acquire()));
        value(semaphore.acquire()).forget();
        var lock = new RwLock();
        value(value(lock.upgradable()).upgrade()).downgrade().close();
        var channel = Mpsc.<String>bounded(1);
        value(channel.sender().reserve()).send("a");
        assertEquals(List.of(), afterCollecting());
        assertEquals(1, held.mutex() == mutex ? permits.permits() - 1 : 0);
        permits.close();
        channel.sender().close();
        channel.receiver().close();
    }

    private static Receiver<String> receiverAlone(Mpsc<String> channel, String... sent) {
        for (String value : sent) {
            channel.sender().trySend(value);
        }
        return channel.receiver();
    }

    @Test
    void whoWaitsOnlyForLostSendersGetsWhatWasSentAndThenFails() throws Exception {
        var receiver = receiverAlone(new ChannelBuilder<String>().name("jobs").mpsc(), "a");
        assertEquals("a", value(receiver.receive()));
        var waiting = receiver.receive();
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        List<String> found = afterCollecting();
        assertEquals(1, found.size());
        assertTrue(found.getFirst().startsWith("a sender of channel jobs, made"), found.getFirst());
        assertEquals(1, task.wakes);
        var failure = assertThrows(LostWakerException.class, () -> waiting.pollRaw(cx));
        assertEquals(found.getFirst(), failure.getMessage());
        receiver.close();
    }

    @Test
    void lostSenderBesideOneThatIsOpenIsOnlyReported() throws Exception {
        var channel = Mpsc.<String>unbounded();
        var open = channel.sender();
        var receiver = channel.receiver();
        open.copy();
        channel = null;
        var waiting = receiver.receive();
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        assertEquals(1, afterCollecting().size());
        assertEquals(0, task.wakes);
        open.trySend("a");
        assertEquals("a", waiting.pollRaw(cx));
        open.close();
        receiver.close();
    }

    @Test
    void weakSenderThatCouldOpenAnotherKeepsTheReceiverWaiting() throws Exception {
        var channel = Mpsc.<String>unbounded();
        var weak = channel.sender().downgrade();
        var receiver = channel.receiver();
        channel = null;
        var waiting = receiver.receive();
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        assertEquals(1, afterCollecting().size());
        assertEquals(0, task.wakes);
        try (var again = weak.upgrade()) {
            assertTrue(again != null && again.trySend("a"));
        }
        assertEquals("a", waiting.pollRaw(cx));
        receiver.close();
    }

    @Test
    void sendThatWaitsArrivesThoughItsSenderIsLost() throws Exception {
        var channel = Mpsc.<String>bounded(1);
        channel.sender().trySend("a");
        var sending = channel.sender().send("b");
        assertEquals(Future.PENDING, sending.pollRaw(cx));
        var receiver = channel.receiver();
        channel = null;
        afterCollecting();
        assertEquals("a", value(receiver.receive()));
        assertEquals(null, sending.pollRaw(cx));
        assertEquals("b", value(receiver.receive()));
        assertThrows(LostWakerException.class, () -> value(receiver.receive()));
        receiver.close();
    }

    @Test
    void whoWaitsForALostSenderOfAOneshotFails() throws Exception {
        var receiver = Oneshot.<String>create().receiver();
        var waiting = receiver.receive();
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        assertEquals(1, afterCollecting().size());
        assertEquals(1, task.wakes);
        assertThrows(LostWakerException.class, () -> waiting.pollRaw(cx));
    }

    @Test
    void whoWaitsForOneLostAndOneClosedSenderFailsToo() throws Exception {
        var channel = Mpsc.<String>unbounded();
        var open = channel.sender().copy();
        var receiver = channel.receiver();
        channel = null;
        var waiting = receiver.receive();
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        assertEquals(1, afterCollecting().size());
        assertEquals(0, task.wakes);
        open.close();
        assertEquals(1, task.wakes);
        assertThrows(LostWakerException.class, () -> waiting.pollRaw(cx));
        receiver.close();
    }

    private static BroadcastReceiver<String> subscriberAlone(Broadcast<String> channel) {
        return channel.subscribe();
    }

    @Test
    void whoWaitsForALostSenderOfABroadcastGetsWhatWasSentAndThenFails() throws Exception {
        var channel = Broadcast.<String>lossless(4);
        var receiver = subscriberAlone(channel);
        var second = channel.sender().copy();
        second.trySend("a");
        channel = null;
        assertEquals("a", value(receiver.receive()));
        var waiting = receiver.receive();
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        assertEquals(1, afterCollecting().size());
        assertEquals(0, task.wakes, "one sender is open");
        second = null;
        List<String> found = afterCollecting();
        assertEquals(2, found.size(), found.toString());
        assertTrue(found.getLast().startsWith("a sender of a broadcast, made"), found.getLast());
        assertTrue(found.getLast().endsWith("its receivers wait for an end that never comes"), found.getLast());
        var failure = assertThrows(LostWakerException.class, () -> waiting.pollRaw(cx));
        assertEquals(found.getLast(), failure.getMessage());
        receiver.close();
    }

    @Test
    void lostReceiversAreReported() throws Exception {
        var broadcast = Broadcast.<String>lossless(1);
        broadcast.subscribe();
        broadcast.sender().trySend("a");
        assertEquals(Future.PENDING, broadcast.sender().send("b").pollRaw(cx));
        var oneshot = Oneshot.<String>create().sender();
        assertEquals(Future.PENDING, oneshot.closed().pollRaw(cx));
        List<String> found = afterCollecting().stream()
                .filter(text -> text.contains("receiver"))
                .sorted()
                .toList();
        assertEquals(2, found.size(), found.toString());
        assertTrue(found.getFirst().startsWith("a receiver of a broadcast, made"), found.toString());
        assertTrue(found.getLast().startsWith("a receiver of a oneshot, made"), found.toString());
        broadcast.sender().close();
        oneshot.close();
    }

    @Test
    void receiverOfAOneshotIsNotLostWhileItsReceiveIsAwaitedNorOnceItReceived() throws Exception {
        var sender = new ArrayList<OneshotSender<String>>();
        var waiting = receiveAlone(sender);
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        assertEquals(List.of(), afterCollecting());
        sender.getFirst().send("value");
        assertEquals("value", waiting.pollRaw(cx));
        waiting = null;
        assertEquals(List.of(), afterCollecting());
    }

    private static Future<String> receiveAlone(List<OneshotSender<String>> sender) {
        var channel = Oneshot.<String>create();
        sender.add(channel.sender());
        return channel.receiver().receive();
    }

    private static WatchReceiver<Integer> followerAlone() {
        return Watch.of(1).subscribe();
    }

    @Test
    void whoFollowsALostWatchFails() throws Exception {
        var follower = followerAlone();
        var waiting = follower.changed();
        assertEquals(Future.PENDING, waiting.pollRaw(cx));
        List<String> found = afterCollecting();
        assertEquals(1, found.size(), found.toString());
        assertTrue(found.getFirst().startsWith("a sender of a watch, made"), found.getFirst());
        assertEquals(1, task.wakes);
        assertThrows(LostWakerException.class, () -> waiting.pollRaw(cx));
        assertEquals(1, follower.value());
    }

    @Test
    void closedWatchHarmsNobody() {
        var watch = Watch.of(1);
        var follower = watch.subscribe();
        watch.close();
        watch = null;
        assertEquals(List.of(), afterCollecting());
        assertEquals(1, follower.value());
    }

    @Test
    void channelThatIsGoneAsAWholeHarmsNobody() {
        var made = Mpsc.<String>unbounded();
        assertFalse(made.sender().isClosed());
        made = null;
        assertEquals(List.of(), afterCollecting());
    }
}
