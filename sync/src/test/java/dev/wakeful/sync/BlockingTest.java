// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.AsyncBlock;
import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The blocking spelling of everything that waits, on platform and virtual threads.
class BlockingTest {
    /// Something that waits, what ends the wait, and what the next one who comes gets when the wait was interrupted.
    private record Wait(Callable<?> waits, Action grant, Action untouched) {}

    private interface Action {
        void run() throws Exception;
    }

    private record Operation(String name, Callable<Wait> begin) {}

    private static Callable<@Nullable Object> action(Action action) {
        return () -> {
            action.run();
            return null;
        };
    }

    private static List<Operation> operations() {
        var all = new ArrayList<>(locks());
        all.addAll(channels());
        all.addAll(events());
        return all;
    }

    private static List<Operation> locks() {
        return List.of(
                new Operation("Mutex.lockBlocking", () -> {
                    var mutex = new Mutex();
                    var guard = Hand.ready(mutex.lock());
                    return new Wait(mutex::lockBlocking, guard::close, () -> {
                        guard.close();
                        assertFalse(mutex.isLocked());
                    });
                }),
                new Operation("RwLock.readBlocking", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.write());
                    return new Wait(lock::readBlocking, guard::close, () -> {
                        guard.close();
                        assertEquals(0, lock.readers());
                    });
                }),
                new Operation("RwLock.writeBlocking", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.read());
                    return new Wait(lock::writeBlocking, guard::close, () -> Hand.ready(lock.read()));
                }),
                new Operation("RwLock.upgradableBlocking", () -> {
                    var lock = new RwLock();
                    var guard = Hand.ready(lock.upgradable());
                    return new Wait(lock::upgradableBlocking, guard::close, () -> {
                        guard.close();
                        assertEquals(0, lock.readers());
                    });
                }),
                new Operation("RwLock.upgradeBlocking", () -> {
                    var lock = new RwLock();
                    var reader = Hand.ready(lock.read());
                    var guard = Hand.ready(lock.upgradable());
                    return new Wait(guard::upgradeBlocking, reader::close, () -> {
                        reader.close();
                        assertFalse(lock.isWriting());
                        assertEquals(1, lock.readers(), "the guard is held as before");
                        guard.close();
                        assertEquals(0, lock.readers());
                    });
                }),
                new Operation("Semaphore.acquireBlocking", () -> {
                    var semaphore = new Semaphore(1);
                    return new Wait(
                            () -> semaphore.acquireBlocking(2),
                            () -> semaphore.addPermits(1),
                            () -> assertEquals(1, semaphore.availablePermits()));
                }),
                new Operation("Condition.awaitSignalBlocking", () -> {
                    var mutex = new Mutex();
                    var condition = mutex.newCondition();
                    var guard = Hand.ready(mutex.lock());
                    return new Wait(() -> condition.awaitSignalBlocking(guard), condition::signal, () -> {
                        assertFalse(mutex.isLocked());
                        assertEquals(List.of(), condition.waiters());
                    });
                }));
    }

    private static List<Operation> channels() {
        return List.of(
                new Operation("Receiver.receiveBlocking", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    return new Wait(
                            () -> channel.receiver().receiveBlocking(),
                            () -> channel.sender().trySend("a"),
                            () -> assertTrue(channel.sender().trySend("a")));
                }),
                new Operation("Receiver.receiveManyBlocking", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    var into = new ArrayList<String>();
                    return new Wait(
                            () -> channel.receiver().receiveManyBlocking(into, 2),
                            () -> channel.sender().trySend("a"),
                            () -> assertEquals(List.of(), into));
                }),
                new Operation("Sender.sendBlocking", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    channel.sender().trySend("a");
                    return new Wait(
                            action(() -> channel.sender().sendBlocking("b")), channel.receiver()::tryReceive, () -> {
                                assertEquals("a", channel.receiver().tryReceive());
                                assertEquals(null, channel.receiver().tryReceive());
                            });
                }),
                new Operation("Sender.reserveBlocking", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    channel.sender().trySend("a");
                    return new Wait(channel.sender()::reserveBlocking, channel.receiver()::tryReceive, () -> {
                        channel.receiver().tryReceive();
                        assertEquals(1, channel.sender().freeSlots());
                    });
                }),
                new Operation("Sender.closedBlocking", () -> {
                    var channel = Mpsc.<String>bounded(1);
                    return new Wait(
                            action(channel.sender()::closedBlocking),
                            channel.receiver()::closeIntake,
                            () -> assertFalse(channel.sender().isClosed()));
                }),
                new Operation("BroadcastSender.sendBlocking", () -> {
                    var channel = Broadcast.<String>lossless(1);
                    var receiver = channel.subscribe();
                    channel.sender().trySend("a");
                    return new Wait(action(() -> channel.sender().sendBlocking("b")), receiver::tryReceive, () -> {
                        assertEquals("a", receiver.tryReceive());
                        assertEquals(null, receiver.tryReceive());
                    });
                }),
                new Operation("BroadcastReceiver.receiveBlocking", () -> {
                    var channel = Broadcast.<String>lossy(1);
                    var receiver = channel.subscribe();
                    return new Wait(
                            receiver::receiveBlocking, () -> channel.sender().trySend("a"), () -> {
                                channel.sender().trySend("b");
                                assertEquals("b", receiver.tryReceive());
                            });
                }),
                new Operation("OneshotReceiver.receiveBlocking", () -> {
                    var channel = Oneshot.<String>create();
                    return new Wait(
                            () -> channel.receiver().receiveBlocking(),
                            () -> channel.sender().send("a"),
                            () -> {
                                channel.sender().send("b");
                                assertEquals("b", channel.receiver().tryReceive());
                            });
                }),
                new Operation("OneshotSender.closedBlocking", () -> {
                    var channel = Oneshot.<String>create();
                    return new Wait(
                            action(channel.sender()::closedBlocking),
                            channel.receiver()::close,
                            () -> assertFalse(channel.sender().isClosed()));
                }),
                new Operation("WatchReceiver.changedBlocking", () -> {
                    var watch = Watch.of(1);
                    var follower = watch.subscribe();
                    return new Wait(action(follower::changedBlocking), () -> watch.send(2), () -> {
                        watch.send(3);
                        assertTrue(follower.hasChanged());
                    });
                }),
                new Operation("WatchReceiver.waitForBlocking", () -> {
                    var watch = Watch.of(1);
                    var follower = watch.subscribe();
                    return new Wait(() -> follower.waitForBlocking(value -> value > 2), () -> watch.send(3), () -> {
                        watch.send(2);
                        assertTrue(follower.hasChanged());
                    });
                }));
    }

    private static List<Operation> events() {
        return List.of(
                new Operation("Notify.notifiedBlocking", () -> {
                    var notify = new Notify();
                    return new Wait(action(notify::notifiedBlocking), notify::notifyOne, () -> {
                        notify.notifyOne();
                        Hand.ready(notify.notified());
                    });
                }),
                new Operation("Barrier.arriveBlocking", () -> {
                    var barrier = new Barrier(2);
                    return new Wait(
                            barrier::arriveBlocking,
                            () -> new Hand("other").pollRaw(barrier.arrive()),
                            () -> assertTrue(Hand.ready(barrier.arrive()), "the arrival stays counted"));
                }),
                new Operation("CountDownLatch.zeroBlocking", () -> {
                    var latch = new CountDownLatch(1);
                    return new Wait(
                            action(latch::zeroBlocking), latch::countDown, () -> assertEquals(1, latch.count()));
                }),
                new Operation("WaitGroup.emptyBlocking", () -> {
                    var group = new WaitGroup();
                    var member = group.join();
                    return new Wait(action(group::emptyBlocking), member::close, () -> assertEquals(1, group.size()));
                }),
                new Operation("SetOnce.valueBlocking", () -> {
                    var cell = new SetOnce<String>();
                    return new Wait(cell::valueBlocking, () -> cell.set("a"), () -> assertFalse(cell.isSet()));
                }),
                new Operation("OnceCell.getOrInitBlocking", () -> {
                    var cell = new OnceCell<String>();
                    var held = new Held();
                    var running = cell.getOrInit(held);
                    var hand = Hand.pending("first", running);
                    return new Wait(
                            () -> cell.getOrInitBlocking(() -> "mine"),
                            () -> {
                                held.value = "theirs";
                                assertEquals("theirs", hand.value(running));
                            },
                            () -> {
                                hand.cancel(running);
                                assertEquals("mine", cell.getOrInitBlocking(() -> "mine"));
                            });
                }),
                new Operation("CancellationToken.cancelledBlocking", () -> {
                    var token = new CancellationToken();
                    return new Wait(
                            token::cancelledBlocking,
                            () -> token.cancel("stop"),
                            () -> assertFalse(token.isCancelled()));
                }));
    }

    /// An initialiser that is pending until it is given a value.
    private static final class Held extends CheckedFuture<String> implements AsyncBlock<String> {
        private @Nullable String value;

        @Override
        public String run() {
            throw new AssertionError("started, not run");
        }

        @Override
        public Future<String> start() {
            return this;
        }

        @Override
        protected Object advance(Context cx) {
            cx.waker();
            return value == null ? PENDING : value;
        }
    }

    private static Stream<DynamicTest> each(OnThread test) {
        return operations().stream()
                .flatMap(operation -> Stream.of(Thread.ofVirtual(), Thread.ofPlatform())
                        .map(threads -> DynamicTest.dynamicTest(
                                operation.name + " on a "
                                        + (threads instanceof Thread.Builder.OfVirtual ? "virtual" : "platform")
                                        + " thread",
                                () -> test.run(threads, operation.begin.call()))));
    }

    private interface OnThread {
        void run(Thread.Builder threads, Wait wait) throws Exception;
    }

    private static void untilItWaits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), "it did not wait");
            Thread.onSpinWait();
        }
    }

    @TestFactory
    Stream<DynamicTest> waitsAndGoesOn() {
        return each((threads, wait) -> {
            var waiting = new FutureTask<@Nullable Object>(() -> wait.waits.call());
            Thread thread = threads.start(waiting);
            untilItWaits(thread);
            wait.grant.run();
            waiting.get();
            assertFalse(thread.isInterrupted());
        });
    }

    @TestFactory
    Stream<DynamicTest> anInterruptEndsTheWaitAndNothingIsLost() {
        return each((threads, wait) -> {
            var waiting = new FutureTask<@Nullable Object>(() -> wait.waits.call());
            Thread thread = threads.start(waiting);
            untilItWaits(thread);
            thread.interrupt();
            var ended = assertThrows(java.util.concurrent.ExecutionException.class, waiting::get);
            var interrupted = assertInstanceOf(InterruptedException.class, ended.getCause());
            assertTrue(interrupted.getMessage().startsWith("interrupted while waiting: "), interrupted.getMessage());
            wait.untouched.run();
        });
    }

    @TestFactory
    Stream<DynamicTest> whatIsThereAtOnceIsGivenToAnInterruptedThreadToo() {
        return each((threads, wait) -> {
            wait.grant.run();
            var status = new boolean[1];
            var waiting = new FutureTask<@Nullable Object>(() -> {
                Thread.currentThread().interrupt();
                Object value = wait.waits.call();
                status[0] = Thread.currentThread().isInterrupted();
                return value;
            });
            threads.start(waiting);
            if (waits(waiting)) {
                assertTrue(status[0], "the status stays");
            }
        });
    }

    /// Some waits begin only when they are called, as a barrier's: these are interrupted at once.
    private static boolean waits(FutureTask<@Nullable Object> waiting) throws Exception {
        try {
            waiting.get();
            return true;
        } catch (java.util.concurrent.ExecutionException e) {
            assertInstanceOf(InterruptedException.class, e.getCause());
            return false;
        }
    }

    @Test
    void failureOfAnInitialiserIsThrownAsItIs() {
        var cell = new OnceCell<String>();
        var broken = new IOException("broken");
        assertSame(
                broken,
                assertThrows(
                        IOException.class,
                        () -> cell.getOrInitBlocking(() -> {
                            throw broken;
                        })));
        assertFalse(cell.isSet());
        assertEquals(
                "the initialiser must not give null",
                assertThrows(NullPointerException.class, () -> cell.getOrInitBlocking(() -> null))
                        .getMessage());
    }

    @Test
    void cleanUpThatTakesItsTimeIsWaitedForWhenAThreadIsInterrupted() throws Exception {
        var cleaned = new SetOnce<String>();
        var cleanUp = new Notify();
        var cell = new OnceCell<String>();
        var waiting = new FutureTask<@Nullable Object>(() -> Blocking.await(cell.getOrInit(new AsyncBlock<>() {
            @Override
            public String run() {
                throw new AssertionError("started, not run");
            }

            @Override
            public Future<String> start() {
                return new CheckedFuture<>() {
                    private final Future<@Nullable Void> ends = cleanUp.notified();

                    @Override
                    protected Object advance(Context cx) {
                        cx.waker();
                        return PENDING;
                    }

                    @Override
                    protected boolean release(Context cx) throws Exception {
                        boolean done = ends.pollRaw(cx) != PENDING;
                        if (done) {
                            cleaned.set("cleaned");
                        }
                        return done;
                    }
                };
            }
        })));
        Thread thread = Thread.ofPlatform().start(waiting);
        untilItWaits(thread);
        thread.interrupt();
        while (cleanUp.waiters().isEmpty()) {
            Thread.onSpinWait();
        }
        assertFalse(waiting.isDone());
        cleanUp.notifyOne();
        assertThrows(java.util.concurrent.ExecutionException.class, waiting::get);
        assertEquals("cleaned", cleaned.peek());
    }

    @Test
    void exceptionTypeIsNotWrapped() throws Exception {
        var channel = Mpsc.<String>unbounded();
        var cause = new CompletionException("broken", null);
        channel.sender().fail(cause);
        assertSame(
                cause,
                assertThrows(CompletionException.class, () -> channel.receiver().receiveBlocking()));
    }
}
