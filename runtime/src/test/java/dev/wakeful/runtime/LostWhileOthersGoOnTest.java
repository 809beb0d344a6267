// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tasks that nobody can wake are found while others go on.
class LostWhileOthersGoOnTest {
    private static final int TASKS = 3_000;
    private static final int ONE_IS_LOST_OF = 30;

    /// Runs on and on until it is told to stop.
    private static Future<Void> busy(AtomicBoolean stop) {
        return cx -> {
            cx.defer(cx.waker());
            return stop.get() ? Poll.ready(null) : Poll.pending();
        };
    }

    /// Waits to be woken by whoever has its waker, and is polled now and then for nothing.
    private static Future<Void> waits(Queue<Waker> held) {
        return new Future<>() {
            private boolean polled;

            @Override
            public Poll<Void> poll(Context cx) {
                if (!polled) {
                    polled = true;
                    held.add(cx.waker());
                    return Poll.pending();
                }
                return Poll.ready(null);
            }
        };
    }

    private static Future<Void> forgets() {
        return cx -> {
            cx.waker();
            return Poll.pending();
        };
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void endAndTheOthersDoNot(Kind kind) throws Exception {
        var nanos = new AtomicLong();
        var held = new ConcurrentLinkedQueue<Waker>();
        var stop = new AtomicBoolean();
        var handles = new ArrayList<JoinHandle<Void>>();
        try (var runtime = kind.builder()
                .clock(new Clock(nanos::get, Instant.EPOCH))
                .onUnhandledFailure((_, _) -> {})
                .build()) {
            JoinHandle<Void> busy = runtime.spawn(busy(stop));
            for (int i = 0; i < TASKS; i++) {
                handles.add(runtime.spawn(i % ONE_IS_LOST_OF == 0 ? forgets() : waits(held)));
            }
            while (finished(handles).size() < TASKS / ONE_IS_LOST_OF) {
                nanos.getAndAdd(Duration.ofSeconds(11).toNanos());
                System.gc();
                for (int i = 0; i < 200; i++) {
                    runtime.blockOn(Future.ready(i));
                }
            }
            for (int i : finished(handles)) {
                assertEquals(0, i % ONE_IS_LOST_OF, "task " + i + " was not lost");
                assertThrows(LostWakerException.class, () -> runtime.blockOn(handles.get(i)));
            }
            assertFalse(busy.isFinished());
            held.forEach(Waker::wake); // whichever wakers they had when they were looked at
            for (int i = 0; i < TASKS; i++) {
                if (i % ONE_IS_LOST_OF != 0) {
                    runtime.blockOn(handles.get(i));
                }
            }
            stop.set(true);
            runtime.blockOn(busy);
        }
    }

    private static List<Integer> finished(List<JoinHandle<Void>> handles) {
        var finished = new TreeSet<Integer>();
        for (int i = 0; i < handles.size(); i++) {
            if (handles.get(i).isFinished()) {
                finished.add(i);
            }
        }
        return List.copyOf(finished);
    }
}
