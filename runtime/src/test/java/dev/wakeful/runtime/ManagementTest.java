// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.Future;
import dev.wakeful.time.Time;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class ManagementTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    private Set<ObjectName> named(String name) throws Exception {
        return server.queryNames(
                new ObjectName("dev.wakeful:type=AsyncRuntime,name=" + ObjectName.quote(name) + ",*"), null);
    }

    private ObjectName await(String name) throws Exception {
        while (named(name).isEmpty()) {
            Thread.sleep(20);
        }
        return named(name).iterator().next();
    }

    @Test
    void runtimeThatLivesForAWhileIsRegisteredUntilItIsClosed() throws Exception {
        var runtime = AsyncRuntime.currentThread().name("a \"quoted\" name").build();
        runtime.spawn("idle", Future.pending());
        ObjectName name = await("a \"quoted\" name");
        assertEquals("a \"quoted\" name", server.getAttribute(name, "Name"));
        assertEquals(1L, server.getAttribute(name, "TasksStarted"));
        assertEquals(1L, server.getAttribute(name, "TasksLive"));
        assertTrue(((String) server.invoke(name, "dump", null, null)).contains("task 1 \"idle\""));
        assertTrue(((String) server.invoke(name, "dumpJson", null, null)).contains("\"name\":\"idle\""));
        runtime.close();
        assertFalse(server.isRegistered(name));
    }

    @Test
    void everyNumberIsThatOfTheMetrics() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(1).name("numbers").build()) {
            for (int i = 0; i < 5_000; i++) {
                runtime.blockOn(Async.yieldNow());
            }
            runtime.spawn("sleeper", Time.sleep(Duration.ofHours(1)));
            ObjectName name = await("numbers");
            RuntimeMetrics metrics = runtime.metrics();
            assertEquals(metrics.tasksStarted(), server.getAttribute(name, "TasksStarted"));
            assertEquals(1L, server.getAttribute(name, "TasksLive"));
            assertEquals(metrics.polls(), server.getAttribute(name, "Polls"));
            assertEquals(metrics.wakes(), server.getAttribute(name, "Wakes"));
            assertEquals(0L, server.getAttribute(name, "Steals"));
            assertTrue(metrics.parks() <= (long) server.getAttribute(name, "Parks"));
            assertEquals(0, server.getAttribute(name, "Queued"));
            assertEquals(1, server.getAttribute(name, "Timers"));
            assertEquals(0, server.getAttribute(name, "Sockets"));
            assertEquals(0, server.getAttribute(name, "BlockingWork"));
            long[] polls = (long[]) server.getAttribute(name, "PollTimeCounts");
            assertArrayEquals(metrics.pollTimes().counts(), polls);
            assertTrue(LongStream.of(polls).sum() > 0);
            assertArrayEquals(
                    metrics.scheduleLatency().counts(), (long[]) server.getAttribute(name, "ScheduleLatencyCounts"));
            assertEquals(metrics.pollTimes().nanosAt(0.99), server.getAttribute(name, "PollTimeP99Nanos"));
            assertEquals(metrics.scheduleLatency().nanosAt(0.99), server.getAttribute(name, "ScheduleLatencyP99Nanos"));
        }
    }

    @Test
    void runtimeThatIsClosedSoonerIsNeverRegistered() throws Exception {
        AsyncRuntime.currentThread().name("short").build().close();
        try (var later = AsyncRuntime.currentThread().name("later").build()) {
            assertFalse(later.isClosed());
            await("later"); // registered after the short one would have been
            assertEquals(Set.of(), named("short"));
        }
    }

    @Test
    void beansDoNotKeepARuntimeReachable() throws Exception {
        var bean = abandoned();
        var gone = new AtomicBoolean();
        for (int i = 0; i < 50 && !gone.get(); i++) {
            System.gc();
            try {
                bean.getPolls();
                Thread.sleep(10);
            } catch (IllegalStateException expected) {
                gone.set(true);
            }
        }
        assertTrue(gone.get());
    }

    private static Management.Bean abandoned() {
        return new Management.Bean(
                new CurrentThread(AsyncRuntime.currentThread().name("abandoned").settings()), 0);
    }
}
