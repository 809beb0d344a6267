// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.CancelledException;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.JoinHandle;
import dev.wakeful.sync.BlockingLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Blocking work of one resource: feature B04, and cancel as interrupt, B03.
class BlockingLimitTest {
    private final BlockingLimit limit = new BlockingLimit("database", 2);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private Integer work() {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        Thread.yield();
        return inside.decrementAndGet();
    }

    @Test
    void atMostSoManyRunAtATime() throws Exception {
        try (var runtime = AsyncRuntime.currentThread().build()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                all.add(runtime.spawn(limit.blocking(this::work)));
            }
            runtime.blockOn(Futures.joinAll(all));
        }
        assertTrue(most.get() <= 2, most.get() + " at a time");
        assertEquals(0, limit.running());
    }

    @Test
    void failureFreesThePlaceAndIsTheVeryObject() throws Exception {
        var broken = new IOException("broken");
        try (var runtime = AsyncRuntime.currentThread().build()) {
            for (int i = 0; i < 5; i++) {
                assertSame(
                        broken,
                        assertThrows(
                                IOException.class,
                                () -> runtime.blockOn(limit.blocking(() -> {
                                    throw broken;
                                }))));
            }
        }
        assertEquals(0, limit.running());
    }

    @Test
    void cancelInterruptsWhatRunsAndTakesWhatWaitsOutOfTheLine() throws Exception {
        var one = new BlockingLimit(1);
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var interrupted = new AtomicBoolean();
        var second = new AtomicBoolean();
        try (var runtime = AsyncRuntime.currentThread().build()) {
            JoinHandle<Integer> running = runtime.spawn(one.blocking(() -> {
                begun.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
                return 1;
            }));
            JoinHandle<Boolean> waiting = runtime.spawn(one.blocking(() -> second.getAndSet(true)));
            while (begun.getCount() > 0) {
                runtime.blockOn(Async.yieldNow());
            }
            assertEquals(1, one.running());
            waiting.abort();
            assertThrows(CancelledException.class, () -> runtime.blockOn(waiting));
            running.abort();
            assertThrows(CancelledException.class, () -> runtime.blockOn(running));
            assertEquals("free", runtime.blockOn(one.blocking(() -> "free")));
        }
        assertTrue(interrupted.get());
        assertFalse(second.get());
        assertEquals("BlockingLimit[0 of 1]", one.toString());
    }

    @Test
    void limitIsPositive() {
        var refused = assertThrows(IllegalArgumentException.class, () -> new BlockingLimit(0));
        assertEquals("limit must be positive, but was 0", refused.getMessage());
    }
}
