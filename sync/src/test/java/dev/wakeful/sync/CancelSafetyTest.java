// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wakeful.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What cancelling costs, found out by cancelling: the table of `docs/cancel-safety.md` is what this test sees.
class CancelSafetyTest {
    /// Makes two waiting futures of one kind, and something that grants one of them.
    private interface Trial {
        Waits begin() throws Exception;
    }

    private record Waits(Future<?> first, Future<?> second, Grant grant) {}

    private interface Grant {
        void run() throws Exception;
    }

    private record Operation(String name, Trial trial) {}

    private static List<Operation> operations() {
        return List.of(
                new Operation("`Mutex.lock`", () -> {
                    var mutex = new Mutex();
                    var guard = Hand.ready(mutex.lock());
                    return new Waits(mutex.lock(), mutex.lock(), guard::close);
                }),
                new Operation("`RwLock.write`", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.write());
                    return new Waits(lock.write(), lock.write(), guard::close);
                }),
                new Operation("`Semaphore.acquire`", () -> {
                    var semaphore = new Semaphore(0);
                    return new Waits(semaphore.acquire(), semaphore.acquire(), () -> semaphore.addPermits(1));
                }),
                new Operation("`Notify.notified`", () -> {
                    var notify = new Notify();
                    return new Waits(notify.notified(), notify.notified(), notify::notifyOne);
                }),
                new Operation("`Receiver.receive`", () -> {
                    var channel = Mpsc.<String>unbounded();
                    return new Waits(
                            channel.receiver().receive(),
                            channel.receiver().receive(),
                            () -> channel.sender().trySend("value"));
                }),
                new Operation("`Sender.reserve`", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    channel.sender().trySend("value");
                    return new Waits(
                            channel.sender().reserve(), channel.sender().reserve(), channel.receiver()::tryReceive);
                }),
                new Operation("`Sender.send`", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    channel.sender().trySend("value");
                    return new Waits(
                            channel.sender().send("first"),
                            channel.sender().send("second"),
                            channel.receiver()::tryReceive);
                }),
                new Operation("`OneshotReceiver.receive`", () -> {
                    var channel = Oneshot.<String>create();
                    return new Waits(
                            channel.receiver().receive(),
                            channel.receiver().receive(),
                            () -> channel.sender().send("value"));
                }),
                new Operation("`WatchReceiver.changed`", () -> {
                    var watch = Watch.of("old");
                    var follower = watch.subscribe();
                    return new Waits(follower.changed(), follower.changed(), () -> watch.send("new"));
                }),
                new Operation("`BroadcastReceiver.receive`", () -> {
                    var channel = Broadcast.<String>lossy(4);
                    var receiver = channel.subscribe();
                    return new Waits(
                            receiver.receive(),
                            receiver.receive(),
                            () -> channel.sender().trySend("value"));
                }),
                new Operation("`SetOnce.value`", () -> {
                    var cell = new SetOnce<String>();
                    return new Waits(cell.value(), cell.value(), () -> cell.set("value"));
                }),
                new Operation("`CountDownLatch.zero`", () -> {
                    var latch = new CountDownLatch(1);
                    return new Waits(latch.zero(), latch.zero(), latch::countDown);
                }),
                new Operation("`CancellationToken.cancelled`", () -> {
                    var token = new CancellationToken();
                    return new Waits(token.cancelled(), token.cancelled(), () -> token.cancel("stop"));
                }));
    }

    /// One line of the table.
    private static String line(Operation operation) throws Exception {
        return "| " + operation.name + " | " + cancelled(operation, false) + " | " + cancelled(operation, true) + " |";
    }

    /// Cancels the first of two waiting futures, before or after it was granted, and says what the second one gets.
    private static String cancelled(Operation operation, boolean granted) throws Exception {
        Waits waits = operation.trial.begin();
        Hand first = Hand.pending("first", waits.first);
        var second = new Hand("second");
        second.pending(waits.second);
        if (!granted) {
            first.cancel(waits.first);
        }
        waits.grant.run();
        if (granted) {
            assertEquals(1, first.wakes, operation.name + " was not granted");
            first.cancel(waits.first);
        }
        return second.wakes == 1 && ready(second, waits.second) ? "nothing is lost: the other gets it" : "LOST";
    }

    private static boolean ready(Hand hand, Future<?> future) throws Exception {
        @Nullable Object value = future.pollRaw(hand);
        return value != Future.PENDING;
    }

    @Test
    void theTableOfTheDocumentationIsWhatCancellingShows() throws Exception {
        var table = new StringBuilder();
        for (Operation operation : operations()) {
            table.append(line(operation)).append('\n');
        }
        Path page = Path.of(System.getProperty("wakeful.root", ".."), "docs", "cancel-safety.md");
        String text = Files.readString(page);
        String begin = "| --- | --- | --- |\n";
        String written =
                text.substring(text.lastIndexOf(begin) + begin.length()).stripTrailing() + "\n";
        assertEquals(table.toString(), written, "docs/cancel-safety.md is not what cancelling shows");
    }
}
