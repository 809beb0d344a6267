// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.net.TcpListener;
import dev.wakeful.spi.Observer;
import dev.wakeful.spi.PollObserver;
import dev.wakeful.time.Time;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The end of a runtime: semantics S-T7.
@ParameterizedClass
@EnumSource(Kind.class)
class ShutdownTest {
    private static final int CYCLES = Integer.getInteger("wakeful.cycles", 100);

    private final Kind kind;

    ShutdownTest(Kind kind) {
        this.kind = kind;
    }

    private static List<String> workers(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(thread -> thread.startsWith(name + "-worker"))
                .toList();
    }

    @Test
    void startsAndStopsWithWorkInFlightLeaveNothingBehind() throws Exception {
        long before = descriptors();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            AsyncRuntime runtime = kind.builder().name("cycle").build();
            try (runtime) {
                var listener =
                        runtime.blockOn(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
                runtime.spawn(listener.accept());
                runtime.spawn(Time.sleep(Duration.ofHours(1)));
                for (int i = 0; i < 20; i++) {
                    runtime.spawn(
                            Async.yieldNow().then(_ -> Async.yieldNow()).then(_ -> Time.sleep(Duration.ofMillis(1))));
                }
                if ((cycle & 1) == 0) {
                    runtime.blockOn(Async.yieldNow());
                }
                listener.close();
            }
            assertEquals(0, runtime.metrics().tasksLive());
        }
        assertEquals(List.of(), workers("cycle"));
        assertTrue(descriptors() <= before + 10, "descriptors before: " + before + ", after: " + descriptors());
    }

    private static long descriptors() {
        String[] open = new java.io.File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    @Test
    void anUnreachableRuntimeIsReportedWithTheSiteAndClosed() throws Exception {
        var reports = new LinkedBlockingQueue<Report>();
        leave(reports);
        Report report = null;
        while (report == null) {
            System.gc();
            report = reports.poll(20, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
        assertEquals("unclosed-runtime", report.id());
        assertTrue(
                report.message()
                        .startsWith("forgotten, made at dev.wakeful.runtime.ShutdownTest.leave(ShutdownTest.java:"),
                report.message());
        assertTrue(
                report.message().endsWith(" and was never closed; close it, as try-with-resources does"),
                report.message());
        while (!workers("forgotten").isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void leave(LinkedBlockingQueue<Report> reports) throws Exception {
        AsyncRuntime runtime =
                kind.builder().name("forgotten").onReport(reports::add).build();
        runtime.spawn(Time.sleep(Duration.ofHours(1)));
        runtime.blockOn(Future.ready(1));
    }

    @Test
    void aRuntimeThatWasClosedIsNotReported() throws Exception {
        var reports = new LinkedBlockingQueue<Report>();
        kind.builder().onReport(reports::add).build().close();
        System.gc();
        assertEquals(null, reports.poll(20, java.util.concurrent.TimeUnit.MILLISECONDS));
    }

    @Test
    void workersAreDaemons() throws Exception {
        try (var runtime = kind.builder().build()) {
            Future<Thread> here = cx -> Poll.ready(Thread.currentThread());
            Thread thread = runtime.blockOn(here);
            assertFalse(thread instanceof WorkerThread && !thread.isDaemon());
        }
    }

    /// Ends its clean-up when it is told to.
    private static final class SlowToEnd implements Future<Integer> {
        private final WakerCell cell = new WakerCell();
        private volatile boolean mayEnd;

        @Override
        public Poll<Integer> poll(Context cx) {
            cx.waker();
            return Poll.pending();
        }

        @Override
        public Poll<Void> pollCancel(Context cx) {
            cell.register(cx.waker());
            return mayEnd ? Poll.ready(null) : Poll.pending();
        }

        void end() {
            mayEnd = true;
            cell.wake();
        }
    }

    @Test
    void closeWhileAnotherThreadClosesWaitsForThatOne() throws Exception {
        var slow = new SlowToEnd();
        AsyncRuntime runtime = kind.builder().build();
        runtime.spawn(slow);
        runtime.blockOn(Async.yieldNow());
        var first = Thread.ofPlatform().start(() -> runtime.close(Duration.ofMinutes(1)));
        while (!runtime.isClosed()) {
            Thread.onSpinWait();
        }
        var left = new AtomicLong(-1);
        var second = Thread.ofPlatform().start(() -> {
            runtime.close(Duration.ofMinutes(1));
            left.set(runtime.metrics().tasksLive());
        });
        while (second.isAlive() && second.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        runtime.close(Duration.ZERO); // waits for nobody
        slow.end();
        first.join();
        second.join();
        assertEquals(0, left.get());
    }

    @Test
    void closeOnAThreadThatPollsIsRefused() throws Exception {
        var built = new AtomicReference<AsyncRuntime>();
        var refused = new LinkedBlockingQueue<String>();
        var observer = new PollObserver() {
            @Override
            public void workerParked(Thread thread) {
                AsyncRuntime runtime = built.get();
                if (runtime != null && refused.isEmpty()) {
                    refused.add(assertThrows(IllegalStateException.class, runtime::close)
                            .getMessage());
                }
            }
        };
        try (AsyncRuntime runtime =
                kind.builder().name("observed").observer(observer).build()) {
            built.set(runtime);
            runtime.blockOn(Time.sleep(Duration.ofMillis(2)));
            runtime.blockOn(Time.sleep(Duration.ofMillis(2)));
            assertEquals(
                    "close() of observed was called on a thread that polls its tasks, which it would wait for; cancel a"
                            + " scope instead",
                    refused.take());
            assertFalse(runtime.isClosed());
        }
    }

    /// Closes the runtime when a task is started: after the look at whether it is open, and before the task is queued.
    private static final class ClosesAtTheStart implements Observer {
        final AtomicReference<AsyncRuntime> built = new AtomicReference<>();

        @Override
        public void taskStarted(TaskRef task) {
            built.get().close(Duration.ZERO);
        }
    }

    @Test
    void taskThatIsStartedWhileTheRuntimeIsClosedEndsAsCancelledWithoutAPoll() throws Exception {
        var closes = new ClosesAtTheStart();
        AsyncRuntime runtime = kind.builder().name("closed").observer(closes).build();
        closes.built.set(runtime);
        var polls = new AtomicLong();
        Future<Integer> counts = cx -> Poll.ready((int) polls.incrementAndGet());
        var late = runtime.spawn(counts);
        assertTrue(late.isFinished());
        var cancelled = assertThrows(CancelledException.class, () -> late.poll(Context.of(Waker.noop())));
        assertTrue(cancelled.reason().startsWith("closed "), cancelled.reason());
        assertEquals(0, polls.get());
        assertEquals(0, runtime.metrics().tasksLive());
    }

    @Test
    void blockOnThatBeginsWhileTheRuntimeIsClosedEndsAsCancelled() {
        var closes = new ClosesAtTheStart();
        AsyncRuntime runtime = kind.builder().name("closed").observer(closes).build();
        closes.built.set(runtime);
        assertThrows(CancelledException.class, () -> runtime.blockOn(Time.sleep(Duration.ofHours(1))));
        assertEquals(0, runtime.metrics().tasksLive());
    }

    @Test
    void handlesOfTasksThatOtherThreadsSpawnMeanwhileEndAll() throws Exception {
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            AsyncRuntime runtime = kind.builder().build();
            var handles = new ArrayList<JoinHandle<Integer>>();
            var spawner = Thread.ofPlatform().start(() -> {
                for (int late = 0; late < 3; late += runtime.isClosed() ? 1 : 0) {
                    handles.add(runtime.spawn(Future.ready(1)));
                }
            });
            runtime.close();
            spawner.join();
            assertTrue(handles.stream().allMatch(JoinHandle::isFinished));
            assertEquals(0, runtime.metrics().tasksLive());
        }
    }
}
