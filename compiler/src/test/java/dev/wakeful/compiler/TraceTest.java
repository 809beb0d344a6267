// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Probe;
import dev.wakeful.task.Trace;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What stack traces and dumps show of compiled blocks.
class TraceTest {
    private static final String CHAIN = """
        static Future<?> program(Probe p) {
            return async(() -> {
                int one = 1;
                return one + await(middle(p));
            });
        }
        static Future<Integer> middle(Probe p) {
            return async(() ->
                await(inner(p)));
        }
        static Future<Integer> inner(Probe p) {
            return async(() -> {
                await(p.of(1));
                await(p.of(2));
                if (p != null) throw new IOException("deep");
                return 1;
            });
        }\
        """;

    private final Context cx = Context.of(Waker.noop());

    private static List<String> userFrames(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .takeWhile(frame -> !frame.getClassName().contains("TraceTest"))
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .toList();
    }

    @Test
    void stackTraceShowsTheLineOfEachAwaitAndNothingBetween() {
        Future<?> future = Programs.members(new Probe(n -> 0), CHAIN);
        var failure = assertThrows(java.io.IOException.class, () -> future.pollRaw(cx));
        assertEquals(List.of("P.java:30", "P.java:24", "P.java:19"), userFrames(failure));
    }

    @Test
    void stackTraceIsTheSameAfterSuspensions() throws Exception {
        Future<?> future = Programs.members(new Probe(n -> 1), CHAIN);
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertSame(Future.PENDING, future.pollRaw(cx));
        var failure = assertThrows(java.io.IOException.class, () -> future.pollRaw(cx));
        assertEquals(List.of("P.java:30", "P.java:24", "P.java:19"), userFrames(failure));
    }

    @Test
    void stackTraceGoesThroughCombinatorsFromBlockToBlock() {
        for (int pendings = 0; pendings < 3; pendings++) {
            int every = pendings;
            Future<?> future = Programs.members(new Probe(n -> every), """
                static Future<?> program(Probe p) {
                    return async(() ->
                        await(Futures.joinAll(java.util.List.of(inner(p), p.of(1)))));
                }
                static Future<Integer> inner(Probe p) {
                    return async(() -> {
                        await(p.of(1));
                        throw new IOException("deep");
                    });
                }\
                """);
            var failure = assertThrows(java.io.IOException.class, () -> {
                while (future.pollRaw(cx) == Future.PENDING) {}
            });
            assertEquals(List.of("P.java:23", "P.java:18"), userFrames(failure));
        }
    }

    @Test
    void tracesOfWhatIsSuppressedAndOfCausesHaveNothingBetweenEither() {
        Future<?> future = Programs.members(new Probe(n -> 1), """
            static Future<?> program(Probe p) {
                return async(() -> {
                    try (AutoCloseable a = () -> { throw new IOException("close"); }) {
                        return await(inner(p));
                    }
                });
            }
            static Future<Integer> inner(Probe p) {
                return async(() -> {
                    await(p.of(1));
                    throw new IOException("deep", new IllegalStateException("cause"));
                });
            }\
            """);
        var failure = assertThrows(java.io.IOException.class, () -> {
            while (future.pollRaw(cx) == Future.PENDING) {}
        });
        assertEquals(List.of("P.java:26", "P.java:19"), userFrames(failure));
        assertEquals(List.of("P.java:26", "P.java:19"), userFrames(failure.getCause()));
        assertEquals(List.of("P.java:18", "P.java:18"), userFrames(failure.getSuppressed()[0]));
    }

    @Test
    void dumpShowsBlockByBlockWhereEachIsSuspended() throws Exception {
        Future<?> future = Programs.members(new Probe(n -> 1), CHAIN);
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertEquals("""
            P.program(P.java:18) at P.program(P.java:19)
              P.middle(P.java:24) at P.middle(P.java:24)
                P.inner(P.java:28) at P.inner(P.java:29)
                  Probe.Leaf
            """, Trace.of(future).toText("").replaceAll("Leaf.*", "Leaf"));
    }

    @Test
    void pollAfterTheEndNamesTheBlock() throws Exception {
        Future<?> future = Programs.block(new Probe(n -> 0), "return 1;");
        assertEquals(1, future.pollRaw(cx));
        var failure = assertThrows(IllegalStateException.class, () -> future.pollRaw(cx));
        assertEquals(
                "future was polled after it had returned Ready: P.program(P.java:17); await a future once, make a new"
                        + " one for each await, or let shared() give it to many",
                failure.getMessage());
    }
}
