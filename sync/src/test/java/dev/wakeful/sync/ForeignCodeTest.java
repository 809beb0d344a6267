// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Wakers and hooks that throw, which they must not: whoever called them goes on, and so do the others.
class ForeignCodeTest {
    /// Of which nothing can be asked, so that a handler of uncaught exceptions fails with it.
    private static final class Mute extends RuntimeException {
        @Override
        public String toString() {
            throw new AssertionError("toString");
        }
    }

    static List<Throwable> throwables() {
        return List.of(
                new IllegalStateException("unchecked"),
                new IOException("checked"),
                new OutOfMemoryError("an error"),
                new Throwable("neither"),
                new Mute());
    }

    @SuppressWarnings("unchecked") // erased: what is given is thrown
    private static <X extends Throwable> X unchecked(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /// Runs `action` on a thread whose handler of uncaught exceptions collects what it is told, and then fails.
    private static List<Throwable> uncaught(Runnable action) throws InterruptedException {
        var told = new ArrayList<Throwable>();
        var thread = new Thread(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> {
                told.add(thrown);
                throw new IllegalStateException("the handler");
            });
            action.run();
        });
        thread.start();
        thread.join();
        return told;
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void wakerThatThrowsAnythingKeepsNobodyElseFromBeingWoken(Throwable thrown) throws Exception {
        var latch = new CountDownLatch(1);
        var woken = new AtomicInteger();
        List<Waker> wakers = List.of(
                () -> {
                    throw ForeignCodeTest.<RuntimeException>unchecked(thrown);
                },
                woken::incrementAndGet);
        var waits = new ArrayList<Future<Void>>();
        for (Waker waker : wakers) {
            Future<Void> wait = latch.zero();
            assertTrue(!wait.poll(Context.of(waker)).isReady());
            waits.add(wait);
        }
        assertEquals(List.of(thrown), uncaught(latch::countDown));
        assertEquals(1, woken.get());
        assertTrue(waits.getFirst().poll(Context.of(Waker.noop())).isReady());
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void hookThatThrowsAnythingIsToldOfEachValue(Throwable thrown) throws Exception {
        var told = new ArrayList<Integer>();
        var channel = new ChannelBuilder<Integer>()
                .capacity(2)
                .onUndelivered(value -> {
                    told.add(value);
                    throw ForeignCodeTest.<RuntimeException>unchecked(thrown);
                })
                .mpsc();
        assertTrue(channel.sender().trySend(1) && channel.sender().trySend(2));
        assertEquals(List.of(thrown, thrown), uncaught(channel.receiver()::close));
        assertEquals(List.of(1, 2), told);
    }

    @Test
    void hookOfAOneshotThatThrowsLeavesItClosed() throws Exception {
        var thrown = new IOException("checked");
        var oneshot = Oneshot.<Integer>create(_ -> {
            throw ForeignCodeTest.<RuntimeException>unchecked(thrown);
        });
        oneshot.sender().send(1);
        assertSame(thrown, uncaught(oneshot.receiver()::close).getFirst());
        assertTrue(oneshot.sender().isClosed());
    }
}
