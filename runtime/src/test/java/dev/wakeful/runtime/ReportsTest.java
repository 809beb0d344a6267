// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.Report;
import dev.wakeful.Waker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a runtime reports while it runs. Nothing here depends on how fast the machine is.
@Timeout(120)
class ReportsTest {
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    private AsyncRuntime.Builder reporting() {
        return AsyncRuntime.currentThread().name("test").onReport(reports::add);
    }

    private static Future<Void> polling(Runnable poll) {
        return cx -> {
            poll.run();
            return Poll.ready(null);
        };
    }

    private List<String> ids() {
        return reports.stream().map(Report::id).toList();
    }

    // ------------------------------------------------------------------------------------------------- polls

    @Test
    void aTaskThatWakesItselfForEverIsReported() throws Exception {
        try (var runtime = reporting().build()) {
            runtime.blockOn(new CheckedFuture<Void>() {
                private int left = 5_000;

                @Override
                protected Object advance(Context cx) {
                    cx.waker().wake();
                    return left-- == 0 ? null : PENDING;
                }
            });
        }
        assertEquals(List.of("self-wake"), ids());
    }

    // ------------------------------------------------------------------------------------------------- lost

    private static Future<Void> waiting(List<Waker> kept) {
        return new CheckedFuture<>() {
            @Override
            protected Object advance(Context cx) {
                Waker waker = cx.waker();
                if (kept != null) {
                    kept.add(waker);
                }
                return PENDING;
            }
        };
    }

    /// Goes on until a condition holds: each round moves the clock and has the collector look.
    private static Future<Void> busyUntil(BooleanSupplier condition, AtomicLong nanos) {
        return new CheckedFuture<>() {
            @Override
            protected Object advance(Context cx) {
                if (condition.getAsBoolean()) {
                    return null;
                }
                System.gc();
                nanos.addAndGet(ofSeconds(11).toNanos());
                cx.defer(cx.waker());
                return PENDING;
            }
        };
    }

    @Test
    void aLostTaskIsFoundWhileOthersGoOnAndNoOtherIs() throws Exception {
        var nanos = new AtomicLong();
        List<Waker> kept = new ArrayList<>();
        var clock = new Clock(nanos::get, Instant.EPOCH);
        try (var runtime = reporting().clock(clock).build()) {
            var lost = runtime.spawn("lost", waiting(null));
            var held = runtime.spawn("held", waiting(kept));
            var never = runtime.spawn("never", Future.pending());
            runtime.blockOn(busyUntil(lost::isFinished, nanos));
            var failure = assertThrows(LostWakerException.class, () -> runtime.blockOn(lost));
            assertTrue(
                    failure.getMessage().startsWith("nothing can ever wake task 1 \"lost\": "), failure.getMessage());
            var rounds = new AtomicLong();
            runtime.blockOn(busyUntil(() -> rounds.incrementAndGet() > 20, nanos));
            assertEquals(false, held.isFinished());
            assertEquals(false, never.isFinished());
            kept.getFirst().wake();
            runtime.blockOn(polling(() -> {}));
            assertEquals(2, kept.size()); // the waker that was watched still leads to a poll
        }
    }
}
