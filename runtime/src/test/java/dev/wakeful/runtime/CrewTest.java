// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Workers that come and go: what those that have left have done is counted on, and nothing else of them is kept.
class CrewTest {
    private static final Logger LOG = Logger.getLogger("dev.wakeful.runtime");
    private static final int DEATHS = 300;

    private final AtomicBoolean broken = new AtomicBoolean();
    private final Clock clock = new Clock(
            () -> {
                if (Thread.currentThread() instanceof WorkerThread && broken.getAndSet(false)) {
                    throw new IllegalStateException("the clock is broken, for once");
                }
                return System.nanoTime();
            },
            Instant.EPOCH);

    @BeforeEach
    void logNoDeaths() {
        LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void logAgain() {
        LOG.setLevel(null);
    }

    private void letWorkersDie(AsyncRuntime runtime) throws Exception {
        for (int i = 0; i < DEATHS; i++) {
            broken.set(true);
            while (broken.get()) {
                runtime.blockOn(Async.yieldNow());
            }
        }
    }

    private static Crew crew(AsyncRuntime runtime) {
        return ((MultiThread) runtime.engine()).crew();
    }

    @Test
    void nothingIsKeptOfAWorkerThatHasLeftButItsCounts() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(2).clock(clock).build()) {
            letWorkersDie(runtime);
            while (crew(runtime).there().size() > 2) {
                Thread.onSpinWait();
            }
            List<Worker> there = crew(runtime).there();
            long polledByThem = there.stream().mapToLong(w -> w.polls().count()).sum();
            assertTrue(runtime.metrics().polls() >= polledByThem + DEATHS / 2, runtime.metrics()::toString);
        }
    }

    @Test
    void countsNeverGoDownWhileWorkersAreReplaced() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(2).clock(clock).build()) {
            var over = new AtomicBoolean();
            var reader = new FutureTask<>(() -> readUntil(over, runtime));
            Thread.ofPlatform().daemon().start(reader);
            letWorkersDie(runtime);
            over.set(true);
            assertTrue(reader.get() > 0);
        }
    }

    private static int readUntil(AtomicBoolean over, AsyncRuntime runtime) {
        int reads = 0;
        RuntimeMetrics before = runtime.metrics();
        while (!over.get() || reads == 0) {
            RuntimeMetrics now = runtime.metrics();
            String seen = "before " + before + ", now " + now;
            assertTrue(now.polls() >= before.polls(), seen);
            assertTrue(now.wakes() >= before.wakes(), seen);
            assertTrue(now.steals() >= before.steals(), seen);
            assertTrue(now.parks() >= before.parks(), seen);
            assertTrue(now.pollTimes().count() >= before.pollTimes().count(), seen);
            assertTrue(now.scheduleLatency().count() >= before.scheduleLatency().count(), seen);
            before = now;
            reads++;
        }
        return reads;
    }

    @Test
    void eachPollIsCountedOnceWhateverBecomesOfItsWorker() throws Exception {
        try (var runtime = AsyncRuntime.multiThread().workers(1).clock(clock).build()) {
            int polls = 0;
            for (int i = 0; i < DEATHS; i++) {
                broken.set(true);
                while (broken.get()) {
                    runtime.blockOn((Future<Void>) cx -> Poll.ready(null));
                    polls++;
                }
            }
            assertEquals(polls, runtime.metrics().polls());
        }
    }
}
