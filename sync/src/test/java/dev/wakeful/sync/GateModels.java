// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Future;
import dev.wakeful.testkit.explore.Model;
import java.util.ArrayList;
import java.util.function.Supplier;

/// Two threads at a lock, a channel or a cell: every order of their accesses to shared memory is explored, and the
/// plain fields behind the guard are watched for races.
final class GateModels {
    private GateModels() {}

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /// What a lock guards.
    static final class Counter {
        int value;
    }

    static final class MutexHandsOver implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var mutex = new Mutex();
            var counter = new Counter();
            for (int i = 0; i < 2; i++) {
                model.thread("thread " + i, () -> {
                    var guard = mutex.lockBlocking();
                    counter.value++;
                    guard.close();
                    guard.close(); // is nobody else's
                });
            }
            model.afterwards(() -> expect(counter.value == 2 && !mutex.isLocked(), "two sections were run"));
        }
    }

    static final class MutexGrantMeetsCancel implements Model.Scenario {
        @Override
        public void setUp(Model model) throws Exception {
            var mutex = new Mutex();
            var held = Hand.ready(mutex.lock());
            var waits = mutex.lock();
            var hand = Hand.pending("waiter", waits);
            model.thread("holder", held::close);
            model.thread("waiter", () -> hand.cancel(waits));
            model.afterwards(() -> expect(!mutex.isLocked(), "nobody holds the lock, and it is locked"));
        }
    }

    /// A poll that nobody asked for, with another waker, beside the release.
    static final class PolledAgain implements Model.Scenario {
        @Override
        public void setUp(Model model) throws Exception {
            var mutex = new Mutex();
            var held = Hand.ready(mutex.lock());
            var waits = mutex.lock();
            var hand = Hand.pending("waiter", waits);
            var guards = new ArrayList<Mutex.Guard>();
            model.thread("holder", held::close);
            model.thread("waiter", () -> {
                hand.latest = new Hand("waiter, again");
                if (waits.pollRaw(hand) instanceof Mutex.Guard guard) {
                    guard.close();
                    guards.add(guard);
                }
            });
            model.afterwards(() -> {
                expect(!guards.isEmpty() || hand.wakes + hand.latestWakes() > 0, "granted, and nobody was woken");
                if (guards.isEmpty()) {
                    hand.value(waits).close();
                }
                expect(!mutex.isLocked(), "nobody holds the lock, and it is locked");
            });
        }
    }

    static final class SemaphoreServes implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var semaphore = new Semaphore(1);
            var counter = new Counter();
            model.thread("acquires", () -> {
                var permit = semaphore.acquireBlocking(2);
                expect(permit.permits() == 2, "two were asked for");
                expect(counter.value == 1, "what came before the release is seen");
            });
            model.thread("adds", () -> {
                counter.value = 1;
                semaphore.addPermits(1);
            });
        }
    }

    static final class ReadersAndWriter implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var lock = new RwLock();
            var counter = new Counter();
            model.thread("writer", () -> {
                var guard = lock.writeBlocking();
                counter.value++;
                var reader = guard.downgrade();
                expect(counter.value == 1, "nobody else writes");
                reader.close();
            });
            model.thread("reader", () -> {
                var guard = lock.readBlocking();
                expect(counter.value >= 0, "read without a race");
                guard.close();
            });
            model.afterwards(() -> expect(lock.readers() == 0 && !lock.isWriting(), "all have left"));
        }
    }

    static final class ChannelOfOne implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var channel = Mpsc.<Counter>bounded(1);
            model.thread("sender", () -> {
                for (int i = 1; i <= 2; i++) {
                    var sent = new Counter();
                    sent.value = i;
                    channel.sender().sendBlocking(sent);
                }
            });
            model.thread("receiver", () -> {
                for (int i = 1; i <= 2; i++) {
                    Counter got = channel.receiver().receiveBlocking();
                    expect(got != null && got.value == i, "in order, and as it was sent");
                }
            });
        }
    }

    /// A sender is copied while it is closed: the copy is open, or refused; in no order an ended channel begins again.
    private static void copyMeetsClose(Model model, Future<?> receive, Supplier<?> copy, Runnable close)
            throws Exception {
        var hand = Hand.pending("receiver", receive);
        var copies = new ArrayList<>();
        model.thread("copies", () -> {
            try {
                copies.add(copy.get());
            } catch (IllegalStateException refused) {
                expect(refused.getMessage().startsWith("this sender is closed: "), refused.getMessage());
            }
        });
        model.thread("closes", close::run);
        model.afterwards(() -> expect((hand.wakes == 1) == copies.isEmpty(), copies.size() + " are open"));
    }

    static final class CopyMeetsClose implements Model.Scenario {
        @Override
        public void setUp(Model model) throws Exception {
            var channel = Mpsc.<Integer>bounded(1);
            var sender = channel.sender();
            copyMeetsClose(model, channel.receiver().receive(), sender::copy, sender::close);
        }
    }

    static final class BroadcastCopyMeetsClose implements Model.Scenario {
        @Override
        public void setUp(Model model) throws Exception {
            var broadcast = Broadcast.<Integer>lossy(1);
            var sender = broadcast.sender();
            copyMeetsClose(model, broadcast.subscribe().receive(), sender::copy, sender::close);
        }
    }

    static final class OneshotAnswers implements Model.Scenario {
        @Override
        public void setUp(Model model) throws Exception {
            var channel = Oneshot.<Counter>create();
            initialiseFailures();
            model.thread("sender", () -> {
                var sent = new Counter();
                sent.value = 1;
                channel.sender().send(sent);
            });
            model.thread("receiver", () -> {
                expect(channel.receiver().receiveBlocking().value == 1, "as it was sent");
            });
        }
    }

    /// What a failing run does for the first time in a JVM, done here: later runs have the same steps then.
    private static void initialiseFailures() throws Exception {
        var used = Oneshot.<String>create();
        used.sender().send("value");
        expect(used.receiver().tryReceive() != null, "it was sent");
        try {
            expect(used.receiver().tryReceive() == null, "received twice");
        } catch (IllegalStateException e) {
            expect(e.getMessage() != null, "a message");
        }
    }

    static final class ValueIsSetOnce implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var cell = new SetOnce<String>();
            model.thread("sets", () -> cell.set("value"));
            model.thread("waits", () -> expect("value".equals(cell.valueBlocking()), "the value is there"));
            model.thread("looks", () -> expect(!cell.isSet() || cell.peek() != null, "set, and no value"));
        }
    }

    static final class OneInitialiser implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var cell = new OnceCell<String>();
            var made = new Counter();
            for (int i = 0; i < 2; i++) {
                model.thread("thread " + i, () -> {
                    String value = cell.getOrInitBlocking(() -> {
                        made.value++;
                        return "value";
                    });
                    expect("value".equals(value), "the value is there");
                });
            }
            model.thread("looks", () -> expect(!cell.isSet() || cell.peek() != null, "set, and no value"));
            model.afterwards(() -> expect(made.value == 1, "made " + made.value + " times"));
        }
    }

    static final class TokenGivesItsReason implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var token = new CancellationToken();
            var child = token.child();
            model.thread("cancels", () -> token.cancel("stop"));
            model.thread("waits", () -> expect("stop".equals(child.cancelledBlocking()), "the reason is there"));
            model.thread(
                    "looks", () -> expect(!token.isCancelled() || token.reason().equals("stop"), "no reason"));
        }
    }

    static final class WatchTells implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var watch = Watch.of(new Counter());
            var follower = watch.subscribe();
            model.thread("sender", () -> {
                var next = new Counter();
                next.value = 1;
                watch.send(next);
            });
            model.thread("follower", () -> {
                follower.changedBlocking();
                expect(follower.value().value == 1, "the new value");
            });
        }
    }

    static final class LastFollowerLeaves implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var watch = Watch.of("value");
            for (int i = 0; i < 2; i++) {
                model.thread("follower " + i, watch.subscribe()::close);
            }
            model.thread("sender", () -> {
                watch.closedBlocking();
                expect(watch.followers() == 0, "somebody follows");
            });
        }
    }

    static final class BroadcastFails implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var channel = Broadcast.<String>lossless(1);
            var receiver = channel.subscribe();
            var cause = new ClosedException("the end", null, null);
            model.thread("sender", () -> {
                channel.sender().trySend("value");
                channel.sender().fail(cause);
            });
            model.thread("receiver", () -> {
                expect("value".equals(receiver.receiveBlocking()), "what was sent comes first");
                try {
                    expect(receiver.receiveBlocking() != null, "the end is the failure");
                } catch (ClosedException e) {
                    expect(e == cause, "that very object");
                }
            });
        }
    }

    static final class NotifyWakes implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var notify = new Notify();
            var counter = new Counter();
            model.thread("notifies", () -> {
                counter.value = 1;
                notify.notifyOne();
            });
            model.thread("waits", () -> {
                notify.notifiedBlocking();
                expect(counter.value == 1, "what came before the notification is seen");
            });
        }
    }
}
