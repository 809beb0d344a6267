// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples.kotlin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Kotlin's blocks, compiled by the goal of the Maven plugin in this very build, do what they say.
class BlocksTest {
    private final List<String> log = new ArrayList<>();
    private int polls;

    /// A future that is pending once.
    private static <T> Future<T> late(T value) {
        return new Future<>() {
            private boolean polled;

            @Override
            public Poll<T> poll(Context cx) {
                if (!polled) {
                    polled = true;
                    cx.waker().wake();
                    return Poll.pending();
                }
                return Poll.ready(value);
            }
        };
    }

    private Object run(Future<?> future) throws Exception {
        Context cx = Context.of(Waker.noop());
        while (true) {
            polls++;
            Object value = future.pollRaw(cx);
            if (value != Future.PENDING) {
                return value;
            }
        }
    }

    @Test
    void loopAwaitsEachElement() throws Exception {
        assertEquals(60, run(BlocksKt.total(List.of(late(10), Future.ready(20), late(30)))));
        assertEquals(3, polls);
    }

    @Test
    void inlinedFunctionAwaits() throws Exception {
        assertEquals(List.of(1, 3), run(BlocksKt.lengths(List.of(late("a"), late("abc")))));
    }

    @Test
    void resourcesAreClosedWhenTheBlockEnds() throws Exception {
        assertEquals("xy", run(BlocksKt.guarded(log, late("x"), late("y"))));
        assertEquals(List.of("open a", "open b", "first x", "close b", "close a"), log);
    }

    @Test
    void resourcesAreClosedWhenTheBlockIsCancelled() throws Exception {
        Context cx = Context.of(Waker.noop());
        Future<String> future = BlocksKt.guarded(log, late("x"), late("y"));
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertTrue(future.pollCancel(cx).isReady());
        assertEquals(List.of("open a", "open b", "close b", "close a"), log);
    }

    @Test
    void failureIsCaughtAndTheHandlerAwaits() throws Exception {
        Future<String> failing = Future.failed(new IOException("no"));
        assertEquals("no then b", run(BlocksKt.orElse(failing, late("b"), log)));
        assertEquals("a", run(BlocksKt.orElse(late("a"), late("b"), log)));
        assertEquals(List.of("end", "end"), log);
    }

    @Test
    void objectIsMadeOfAwaitedArguments() throws Exception {
        assertEquals("none", run(BlocksKt.kind(late("a"), late(0))));
        assertEquals("a few", run(BlocksKt.kind(late("a"), late(9))));
        assertEquals("a 11 odd", run(BlocksKt.kind(late("a"), late(11))));
    }

    @Test
    void blockSeesThePrivateMembersOfItsClass() throws Exception {
        Counter counter = new Counter(1);
        run(counter.add(List.of(Future.ready(4), late(4), Future.ready(4))));
        assertEquals("16 and 10", run(counter.twice().start(late(5))));
    }
}
