// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Grace;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Winding down compiled blocks: semantics 2.9, clause by clause, by whole traces.
class CancelTest {
    private final Context cx = Context.of(Waker.noop());
    private final Probe probe = new Probe(n -> 1);

    private void poll(Future<?> future) throws Exception {
        assertSame(Future.PENDING, future.pollRaw(cx));
    }

    private int cancel(Future<?> future, Context with) throws Exception {
        int polls = 1;
        while (!future.pollCancel(with).isReady()) {
            assertTrue(++polls < 100, "pollCancel does not end");
        }
        return polls;
    }

    private void assertTrace(String... expected) {
        assertEquals(List.of(expected), probe.trace());
        assertEquals(0, probe.started());
    }

    @Test
    void newBlockRunsNothingWhenItIsCancelled() throws Exception {
        Future<?> future = Programs.block(probe, "try { await(p.of(1)); } finally { p.log(\"fin\"); } return 1;");
        assertEquals(1, cancel(future, cx));
        assertTrace();
        var failure = assertThrows(IllegalStateException.class, () -> future.pollRaw(cx));
        assertTrue(failure.getMessage().startsWith("future was polled after it had been cancelled: P.program(P.java:"));
    }

    @Test
    void innerBlocksCleanUpBeforeOuterOnes() throws Exception {
        Future<?> future = Programs.block(probe, """
            try {
                await(async(() -> {
                    try {
                        await(async(() -> {
                            try { await(p.of("leaf")); } finally { p.log("first", await(p.of(1))); }
                        }));
                    } finally { p.log("second", await(p.of(2))); }
                }));
            } finally { p.log("third", await(p.of(3))); }
            return 1;\
            """);
        poll(future);
        assertEquals(4, cancel(future, cx));
        assertTrace("cancelled leaf", "await 1", "first=1", "await 2", "second=2", "await 3", "third=3");
    }

    @Test
    void noCatchClauseSeesTheSignalAndResourcesCloseInReverse() throws Exception {
        Future<?> future = Programs.block(probe, """
            try (var a = new Res(p, "a"); var b = new Res(p, "b")) {
                try {
                    await(p.of("x"));
                } catch (Exception e) { p.log("exception");
                } catch (Error e) { p.log("error");
                } catch (Throwable e) { p.log("throwable"); throw e;
                } finally { p.log("finally"); }
            } catch (Throwable t) { p.log("outer"); }
            return 1;\
            """);
        poll(future);
        cancel(future, cx);
        assertTrace("open a", "open b", "cancelled x", "finally", "close b", "close a");
    }

    @Test
    void blockSuspendedInAFinallyThatItReachedByItselfIsUnwoundFromThere() throws Exception {
        Future<?> future = Programs.block(probe, """
            try {
                try { p.log("body"); } finally { await(p.of("clean")); p.log("not reached"); }
            } finally { p.log("outer"); }
            return 1;\
            """);
        poll(future);
        cancel(future, cx);
        assertTrace("body", "cancelled clean", "outer");
    }

    @Test
    void failureOfCleanupReplacesTheSignalAndLaterOnesAreSuppressed() throws Exception {
        Future<?> future = Programs.block(probe, """
            try {
                try { await(p.of("x")); }
                finally { p.log("one"); if (p != null) throw new IOException("one"); }
            } finally { p.log("two"); if (p != null) throw new IOException("two"); }
            return 1;\
            """);
        poll(future);
        var failure = assertThrows(IOException.class, () -> cancel(future, cx));
        assertEquals("one", failure.getMessage());
        assertEquals("two", failure.getSuppressed()[0].getMessage());
        assertTrace("cancelled x", "one", "two");
        assertTrue(future.pollCancel(cx).isReady());
    }

    @Test
    void failureOfCloseIsAFailureOfCleanup() throws Exception {
        Future<?> future = Programs.block(probe, """
            try (var a = new Res(p, "a", true); var b = new Res(p, "b", true)) { await(p.of("x")); }
            return 1;\
            """);
        poll(future);
        var failure = assertThrows(IOException.class, () -> cancel(future, cx));
        assertEquals("close b", failure.getMessage());
        assertEquals("close a", failure.getSuppressed()[0].getMessage());
    }

    @Test
    void failureOfCleanupMayBeCaughtFurtherOutAndTheBlockIsStillWindingDown() throws Exception {
        Future<?> future = Programs.block(probe, """
            try {
                try { await(p.of("x")); } finally { if (p != null) throw new IOException("one"); }
            } catch (IOException e) { p.log("caught", e.getMessage()); }
            await(p.of("never"));
            return p.log("result", 1);\
            """);
        poll(future);
        cancel(future, cx);
        assertTrace("cancelled x", "caught=one");
    }

    @Test
    void failureOfTheInnerBlocksCleanupIsThrownAtTheAwait() throws Exception {
        Future<?> future = Programs.block(probe, """
            try {
                await(async(() -> {
                    try { await(p.of("x")); } finally { if (p != null) throw new IOException("inner"); }
                }));
            } catch (IOException e) { p.log("caught", e.getMessage()); throw e; }
            finally { p.log("fin", await(p.of(1))); }
            return 1;\
            """);
        poll(future);
        var failure = assertThrows(IOException.class, () -> cancel(future, cx));
        assertEquals("inner", failure.getMessage());
        assertTrace("cancelled x", "caught=inner", "await 1", "fin=1");
    }

    @Test
    void finallyThatReturnsSwallowsTheSignalAndItsValueIsDiscarded() throws Exception {
        Future<?> future = Programs.block(probe, """
            try { await(p.of("x")); } finally { p.log("clean", await(p.of(1))); return 5; }\
            """);
        poll(future);
        cancel(future, cx);
        assertTrace("cancelled x", "await 1", "clean=1");
    }

    @Test
    void secondSwallowingEndsTheBlockWithAnErrorThatNamesTheLine() throws Exception {
        Future<?> future = Programs.block(probe, """
            while (true) {
                try { await(p.of("x")); } finally { p.log("swallow"); continue; }
            }\
            """);
        poll(future);
        var failure = assertThrows(IllegalStateException.class, () -> cancel(future, cx));
        assertTrue(failure.getMessage().contains("was swallowed twice"), failure.getMessage());
        assertTrue(failure.getMessage().contains("P.program(P.java:18"), failure.getMessage());
        assertTrace("cancelled x", "swallow", "swallow");
    }

    @Test
    void cleanupThatAwaitsIsCutWhenTheGracePeriodIsOver() throws Exception {
        Future<?> future = Programs.block(probe, """
            try {
                try { await(p.of("x")); }
                finally { p.log("a", await(p.of(1))); p.log("not reached"); }
            } finally { p.log("b"); await(p.of(2)); p.log("not reached either"); }
            return 1;\
            """);
        boolean[] over = {false};
        var cuts = new ArrayList<String>();
        Context withGrace = cx.with(Grace.KEY, new Grace() {
            @Override
            public boolean isOver() {
                return over[0];
            }

            @Override
            public void cut(StackTraceElement site) {
                cuts.add(site.getFileName() + ":" + site.getLineNumber());
            }
        });
        poll(future);
        assertFalse(future.pollCancel(withGrace).isReady());
        over[0] = true;
        cancel(future, withGrace);
        assertTrace("cancelled x", "cancelled 1", "b");
        assertEquals(List.of("P.java:19", "P.java:20"), cuts);
    }

    @Test
    void spuriousPollCancelsChangeNothing() throws Exception {
        var slow = new Probe(n -> 3);
        Future<?> future =
                Programs.block(slow, "try { await(p.of(1)); } finally { p.log(\"f\", await(p.of(2))); } return 1;");
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertEquals(4, cancel(future, cx));
        assertTrue(future.pollCancel(cx).isReady());
        assertEquals(List.of("cancelled 1", "await 2", "f=2"), slow.trace());
    }

    @Test
    void chainOfAThousandBlocksIsWoundDown() throws Exception {
        Future<?> future = Programs.members(probe, """
            static Future<?> program(Probe p) { return chain(p, 1000); }
            static Future<Integer> chain(Probe p, int n) {
                return async(() -> {
                    try { return n == 0 ? await(p.of(0)) : await(chain(p, n - 1)) + 1; }
                    finally { if (n % 250 == 0) p.log("out " + n); }
                });
            }\
            """);
        poll(future);
        cancel(future, cx);
        assertTrace("cancelled 0", "out 0", "out 250", "out 500", "out 750", "out 1000");
    }
}
