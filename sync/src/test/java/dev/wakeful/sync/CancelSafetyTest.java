// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wakeful.AsyncBlock;
import dev.wakeful.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What cancelling costs, found out by cancelling: the table of `docs/cancel-safety.md` is what this test sees, and is
/// written by it with `-Dwakeful.docs.update=true`.
class CancelSafetyTest {
    private static final String BEGIN = " cancelled when granted |\n| --- | --- | --- | --- |\n";

    /// An operation in a state in which it has to wait.
    ///
    /// @param make makes it, and makes it anew
    /// @param rival makes one that waits for the same thing beside it, or `null` when it has none
    /// @param grant ends the wait of one, or of all
    /// @param harm what else the cancel cost, or `null`
    private record Trial(Make make, @Nullable Make rival, Grant grant, Harm harm) {
        Trial(Make make, boolean competes, Grant grant) {
            this(make, competes, grant, served -> null);
        }

        Trial(Make make, boolean competes, Grant grant, Harm harm) {
            this(make, competes ? make : null, grant, harm);
        }
    }

    private interface Make {
        Future<?> future() throws Exception;
    }

    private interface Grant {
        void run() throws Exception;
    }

    private interface Harm {
        @Nullable
        String look(boolean served) throws Exception;
    }

    private interface Begin {
        Trial trial() throws Exception;
    }

    private record Operation(String name, Begin begin) {}

    private static List<Operation> operations() {
        var all = new ArrayList<Operation>();
        all.addAll(locks());
        all.addAll(channels());
        all.addAll(events());
        return all;
    }

    private static List<Operation> locks() {
        return List.of(
                new Operation("Mutex.lock", () -> {
                    var mutex = new Mutex();
                    var guard = Hand.ready(mutex.lock());
                    return new Trial(mutex::lock, true, guard::close);
                }),
                new Operation("RwLock.read", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.write());
                    return new Trial(lock::read, lock::write, guard::close, served -> null);
                }),
                new Operation("RwLock.write", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.write());
                    return new Trial(lock::write, true, guard::close);
                }),
                new Operation("RwLock.upgradable", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.upgradable());
                    return new Trial(lock::upgradable, true, guard::close);
                }),
                new Operation("RwLock.UpgradableGuard.upgrade", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.upgradable());
                    var reader = Hand.ready(lock.read());
                    return new Trial(guard::upgrade, false, reader::close);
                }),
                new Operation("Semaphore.acquire", () -> {
                    var semaphore = new Semaphore(0);
                    return new Trial(semaphore::acquire, true, () -> semaphore.addPermits(1));
                }),
                new Operation("Notify.notified", () -> {
                    var notify = new Notify();
                    return new Trial(notify::notified, true, notify::notifyOne);
                }),
                new Operation("Condition.awaitSignal", () -> {
                    var mutex = new Mutex();
                    var condition = mutex.newCondition();
                    return new Trial(() -> condition.awaitSignal(Hand.ready(mutex.lock())), true, condition::signal);
                }));
    }

    private static Trial send(ChannelBuilder<String> builder, boolean offer) {
        var undelivered = new ArrayList<String>();
        var made = new int[1];
        builder.onUndelivered(undelivered::add);
        Sender<String> sender;
        Receiver<String> receiver;
        if (offer) {
            var channel = builder.rendezvous();
            sender = channel.sender();
            receiver = channel.receiver();
        } else {
            var channel = builder.capacity(1).mpsc();
            sender = channel.sender();
            receiver = channel.receiver();
            sender.trySend("first");
        }
        Grant grant = offer ? () -> new Hand("receiver").pollRaw(receiver.receive()) : receiver::tryReceive;
        return new Trial(
                () -> offer ? sender.offer("value " + made[0]++) : sender.send("value " + made[0]++),
                true,
                grant,
                served -> undelivered.contains("value 0") ? "the value, which goes to the undelivered hook" : null);
    }

    private static List<Operation> channels() {
        return List.of(
                new Operation("Receiver.receive", () -> {
                    var channel = Mpsc.<String>unbounded();
                    return new Trial(
                            channel.receiver()::receive,
                            false,
                            () -> channel.sender().trySend("value"));
                }),
                new Operation("Receiver.receiveMany", () -> {
                    var channel = Mpsc.<String>unbounded();
                    return new Trial(
                            () -> channel.receiver().receiveMany(new ArrayList<>(), 3),
                            false,
                            () -> channel.sender().trySend("value"));
                }),
                new Operation("Sender.send", () -> send(new ChannelBuilder<>(), false)),
                new Operation("Sender.offer", () -> send(new ChannelBuilder<>(), true)),
                new Operation("Sender.reserve", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    channel.sender().trySend("value");
                    return new Trial(channel.sender()::reserve, true, channel.receiver()::tryReceive);
                }),
                new Operation("Sender.closed", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    return new Trial(channel.sender()::closed, false, channel.receiver()::closeIntake);
                }),
                new Operation("OneshotReceiver.receive", () -> {
                    var channel = Oneshot.<String>create();
                    return new Trial(
                            channel.receiver()::receive,
                            false,
                            () -> channel.sender().send("value"));
                }),
                new Operation("OneshotSender.closed", () -> {
                    var channel = Oneshot.<String>create();
                    return new Trial(channel.sender()::closed, false, channel.receiver()::close);
                }),
                new Operation("BroadcastReceiver.receive", () -> {
                    var channel = Broadcast.<String>lossy(4);
                    var receiver = channel.subscribe();
                    return new Trial(
                            receiver::receive, false, () -> channel.sender().trySend("value"));
                }),
                new Operation("BroadcastSender.send", () -> {
                    var channel = Broadcast.<String>lossless(1);
                    var receiver = channel.subscribe();
                    var made = new int[1];
                    channel.sender().trySend("first");
                    return new Trial(
                            () -> channel.sender().send("value " + made[0]++),
                            true,
                            receiver::tryReceive,
                            served -> "value 0".equals(receiver.tryReceive()) ? null : "the value");
                }),
                new Operation("WatchReceiver.changed", () -> {
                    var watch = Watch.of("old");
                    return new Trial(watch.subscribe()::changed, false, () -> watch.send("new"));
                }),
                new Operation("Watch.closed", () -> {
                    var watch = Watch.of("old");
                    return new Trial(watch::closed, false, watch.subscribe()::close);
                }),
                new Operation("WatchReceiver.waitFor", () -> {
                    var watch = Watch.of("old");
                    var follower = watch.subscribe();
                    return new Trial(() -> follower.waitFor("new"::equals), false, () -> watch.send("new"));
                }));
    }

    private static List<Operation> events() {
        return List.of(
                new Operation("SetOnce.value", () -> {
                    var cell = new SetOnce<String>();
                    return new Trial(cell::value, false, () -> cell.set("value"));
                }),
                new Operation("OnceCell.getOrInit", () -> {
                    var cell = new OnceCell<String>();
                    var slow = new SetOnce<String>();
                    var running = cell.getOrInit(started(slow.value()));
                    Hand hand = Hand.pending("running", running);
                    return new Trial(() -> cell.getOrInit(started(Future.pending())), false, () -> {
                        slow.set("value");
                        hand.value(running);
                    });
                }),
                new Operation("CountDownLatch.zero", () -> {
                    var latch = new CountDownLatch(1);
                    return new Trial(latch::zero, false, latch::countDown);
                }),
                new Operation("WaitGroup.empty", () -> {
                    var group = new WaitGroup();
                    return new Trial(group::empty, false, group.join()::close);
                }),
                new Operation("Barrier.arrive", () -> {
                    var barrier = new Barrier(3);
                    return new Trial(
                            barrier::arrive,
                            false,
                            () -> new Hand("third").pollRaw(barrier.arrive()),
                            served -> served ? "the rendezvous: the arrival stays counted" : null); // two of three
                }),
                new Operation("CancellationToken.cancelled", () -> {
                    var token = new CancellationToken();
                    return new Trial(token::cancelled, false, () -> token.cancel("stop"));
                }),
                new Operation("CancellationToken.runUntilCancelled", () -> {
                    var token = new CancellationToken();
                    var channel = Mpsc.<String>unbounded();
                    return new Trial(
                            () -> token.runUntilCancelled(channel.receiver().receive()),
                            false,
                            () -> channel.sender().trySend("value"));
                }));
    }

    private static <T> AsyncBlock<T> started(Future<T> future) {
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

    /// One line of the table.
    private static String line(Operation operation) throws Exception {
        String waiting = whileItWaits(operation);
        String letter = operation.name.endsWith("runUntilCancelled")
                ? "F"
                : waiting.startsWith("nothing")
                        ? "A"
                        : waiting.startsWith("the place")
                                ? "B"
                                : waiting.startsWith("the value")
                                        ? "C"
                                        : waiting.startsWith("the rendezvous") ? "E" : "?";
        return "| `" + operation.name + "` | " + letter + " | " + waiting + " | " + whenGranted(operation) + " |";
    }

    /// Cancels the first, has it try anew, and looks who gets what is then granted.
    private static String whileItWaits(Operation operation) throws Exception {
        Trial trial = operation.begin.trial();
        var first = trial.make.future();
        Hand hand = Hand.pending("first", first);
        var second = trial.rival == null ? null : trial.rival.future();
        var other = new Hand("second");
        if (second != null) {
            other.pending(second);
        }
        hand.cancel(first);
        var again = trial.make.future();
        Hand anew = Hand.pending("anew", again);
        trial.grant.run();
        boolean served = anew.pollRaw(again);
        boolean otherServed = second != null && other.wakes == 1 && other.pollRaw(second);
        String harm = trial.harm.look(served);
        if (harm != null) {
            return harm;
        }
        return served ? "nothing" : otherServed ? "the place in the queue" : "LOST";
    }

    /// Grants the first, cancels it before its poll, and looks whether somebody gets what it was granted.
    private static String whenGranted(Operation operation) throws Exception {
        Trial trial = operation.begin.trial();
        var first = trial.make.future();
        Hand hand = Hand.pending("first", first);
        Make rival = operation.name.equals("Barrier.arrive") ? trial.make : trial.rival; // it takes three
        var second = rival == null ? null : rival.future();
        var other = new Hand("second");
        if (second != null) {
            other.pending(second);
        }
        trial.grant.run();
        assertEquals(1, hand.wakes, operation.name + " was not granted");
        hand.cancel(first);
        if (second != null) {
            return other.wakes == 1 && other.pollRaw(second) ? "the other gets it" : "LOST";
        }
        return new Hand("anew").pollRaw(trial.make.future()) ? "who comes next gets it" : "LOST";
    }

    @Test
    void theTableOfTheDocumentationIsWhatCancellingShows() throws Exception {
        var table = new StringBuilder();
        for (Operation operation : operations()) {
            table.append(line(operation)).append('\n');
        }
        Path page = Path.of(System.getProperty("wakeful.root", ".."), "docs", "cancel-safety.md");
        String text = Files.readString(page);
        int from = text.lastIndexOf(BEGIN) + BEGIN.length();
        String written = Optional.of(text.indexOf("\n\n", from))
                .filter(end -> end >= 0)
                .map(end -> text.substring(from, end + 1))
                .orElse(text.substring(from));
        if (Boolean.getBoolean("wakeful.docs.update")) {
            Files.writeString(page, text.substring(0, from) + table + text.substring(from + written.length()));
            return;
        }
        assertEquals(
                table.toString(),
                written,
                "docs/cancel-safety.md is not what cancelling shows; if that is meant, run this test with"
                        + " -Dwakeful.docs.update=true");
    }
}
