// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Report;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.spi.Spawner;
import dev.wakeful.time.Time;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A task that holds its thread: it is named, and what the thread had goes on elsewhere.
class LongPollTest {
    private final LinkedBlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    private AsyncRuntime.Builder oneWorker() {
        return AsyncRuntime.multiThread().workers(1).onReport(reports::add);
    }

    private static Future<Void> spinsUntil(AtomicBoolean flag, CountDownLatch spinning) {
        return cx -> {
            spinning.countDown();
            while (!flag.get()) {
                Thread.onSpinWait();
            }
            return Poll.ready(null);
        };
    }

    @Test
    void queueAndTimersOfItsWorkerGoOnElsewhere() throws Exception {
        try (var runtime = oneWorker().build()) {
            var flag = new AtomicBoolean();
            var spinning = new CountDownLatch(1);
            var sleeper = runtime.spawn(Time.sleep(Duration.ofMillis(2)).map(_ -> {
                flag.set(true);
                return null;
            }));
            Kind.settle(runtime);
            Future<Void> spawnsAndSpins = cx -> {
                cx.get(Spawner.KEY).spawn("queued behind it", Future.ready(1));
                return spinsUntil(flag, spinning).poll(cx);
            };
            runtime.blockOn(spawnsAndSpins);
            runtime.blockOn(sleeper);
            assertEquals("next", runtime.blockOn(Future.ready("next")));
        }
    }

    @Test
    void socketsOfItsWorkerGoOnElsewhere() throws Exception {
        try (var runtime = oneWorker().build()) {
            var listener =
                    runtime.blockOn(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            var flag = new AtomicBoolean();
            var spinning = new CountDownLatch(1);
            var reads = runtime.spawn(listener.accept().then(socket -> readOne(socket, flag)));
            Kind.settle(runtime);
            var spins = runtime.spawn(spinsUntil(flag, spinning));
            spinning.await();
            var address = (InetSocketAddress) listener.localAddress();
            try (var client = new Socket(address.getAddress(), address.getPort())) {
                client.getOutputStream().write(1);
                runtime.blockOn(spins);
                assertEquals(1, runtime.blockOn(reads));
            }
            listener.close();
        }
    }

    private static Future<Integer> readOne(TcpStream socket, AtomicBoolean flag) {
        return socket.read(ByteBuffer.allocate(1)).map(count -> {
            flag.set(true);
            return count;
        });
    }

    @Test
    void whatAHeldWorkerHasWaitsUntilThereIsAThread() throws Exception {
        var refusals = new AtomicInteger();
        var started = new AtomicInteger();
        try (var runtime = oneWorker()
                .starter(thread -> {
                    if (started.getAndIncrement() == 1 || refusals.get() > 0 && refusals.getAndIncrement() < 5) {
                        refusals.compareAndSet(0, 1);
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    thread.start();
                })
                .build()) {
            var flag = new AtomicBoolean();
            var spinning = new CountDownLatch(1);
            var spins = runtime.spawn(spinsUntil(flag, spinning));
            spinning.await();
            assertEquals("polled elsewhere", runtime.blockOn(Future.ready("polled elsewhere")));
            flag.set(true);
            runtime.blockOn(spins);
        }
        assertEquals(6, refusals.get());
    }

    @Test
    void thereAreAtMostTwiceAsManyThreadsAsWorkers() throws Exception {
        try (var runtime = oneWorker().build()) {
            var flag = new AtomicBoolean();
            var spinning = new CountDownLatch(2);
            for (int i = 0; i < 3; i++) {
                runtime.spawn(spinsUntil(flag, spinning));
            }
            spinning.await();
            while (reports.size() < 2) {
                Thread.onSpinWait();
            }
            flag.set(true);
            assertEquals(1, runtime.blockOn(Future.ready(1)));
        }
    }

    @Test
    void aPollThatComputesForLongIsReportedWithTheStack() throws Exception {
        for (Kind kind : Kind.values()) {
            try (var runtime = kind.builder().onReport(reports::add).build()) {
                Future<Void> computes = cx -> {
                    while (reports.isEmpty()) {
                        Thread.onSpinWait();
                    }
                    return Poll.ready(null);
                };
                runtime.blockOn(computes);
                Report report = reports.take();
                reports.clear();
                assertEquals("long-poll", report.id());
                assertTrue(
                        report.message()
                                .matches("(?s)task 1 \"main\" has held the thread \".*\" for more than \\d+ ms in one"
                                        + " poll; await yieldNow\\(\\) now and then, or hand the work to"
                                        + " Blocking.blocking\\(...\\)"),
                        report.message());
                assertTrue(
                        Arrays.stream(report.stack().getStackTrace())
                                .anyMatch(frame -> frame.getClassName().startsWith(LongPollTest.class.getName())),
                        report.toString());
            }
        }
    }

    @Test
    void aPollThatBlocksIsReportedWithTheStack() throws Exception {
        for (Kind kind : Kind.values()) {
            try (var runtime = kind.builder().onReport(reports::add).build()) {
                Future<Report> blocks = cx -> Poll.ready(reports.take());
                Report report = runtime.blockOn(blocks);
                reports.clear();
                assertEquals("blocking-call", report.id());
                assertTrue(report.message().startsWith("task 1 \"main\" blocks the thread \""), report.message());
            }
        }
    }

    @Test
    void manyShortPollsAreNot() throws Exception {
        for (Kind kind : Kind.values()) {
            try (var runtime = kind.builder().onReport(reports::add).build()) {
                var end = new AtomicBoolean();
                var timer = runtime.spawn(Time.sleep(Duration.ofMillis(60)).map(_ -> {
                    end.set(true);
                    return null;
                }));
                Future<Void> yields = cx -> {
                    cx.waker().wake();
                    cx.spendBudget();
                    return end.get() ? Poll.ready(null) : Poll.pending();
                };
                runtime.blockOn(yields);
                runtime.blockOn(timer);
            }
        }
        assertTrue(reports.isEmpty(), () -> reports.toString());
    }
}
