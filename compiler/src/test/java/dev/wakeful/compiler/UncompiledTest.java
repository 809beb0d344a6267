// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.BlockThreads;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Grace;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Blocking;
import dev.wakeful.compiler.corpus.Probe;
import dev.wakeful.task.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntUnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Blocks that the compiler has not seen: the error, and `-Dwakeful.await=block`.
class UncompiledTest {
    private static final BlockThreads THREADS = body -> {
        var _ = Thread.ofVirtual().start(body);
    };

    /// What was logged since this class was loaded, the only one with blocks of this kind.
    private static final List<String> SAID = new CopyOnWriteArrayList<>();

    private static final Logger LOGGER = Logger.getLogger("dev.wakeful");

    private static final Handler NOTES = new Handler() {
        @Override
        public void publish(LogRecord record) {
            SAID.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeAll
    static void listen() {
        LOGGER.addHandler(NOTES);
    }

    @AfterAll
    static void listenNoMore() {
        LOGGER.removeHandler(NOTES);
    }

    private final Context cx = Context.of(Waker.noop()).with(BlockThreads.KEY, THREADS);

    @AfterEach
    void usualMode() {
        System.clearProperty("wakeful.await");
    }

    private static Future<?> program(ClassLoader loader, String name, Probe probe) throws Exception {
        var method = Class.forName(name, true, loader).getDeclaredMethod("program", Probe.class);
        method.setAccessible(true);
        return (Future<?>) method.invoke(null, probe);
    }

    private static Future<?> block(Probe probe, String body) throws Exception {
        String source = "import static dev.wakeful.Async.*; import dev.wakeful.*; import java.io.*;"
                + " import dev.wakeful.compiler.corpus.Probe; class P { static Future<?> program(Probe p) {"
                + " return async(() -> {\n" + body + "\n}); } }";
        return program(
                Classes.load(JavaSource.compile("P", source, List.of(), "-g")
                        .orFail()
                        .classes()),
                "P",
                probe);
    }

    @Test
    void firstPollOfABlockThatWasNotCompiledSaysWhatToAddToTheBuild() throws Exception {
        Future<?> future = block(new Probe(n -> 0), "return await(p.of(1));");
        var failure = assertThrows(IllegalStateException.class, () -> future.pollRaw(cx));
        assertEquals(
                "the async block in P was not compiled; add the compiler to the build, with \"annotationProcessor"
                    + " 'dev.wakeful:wakeful-compiler:VERSION'\" in Gradle, as a path of annotationProcessorPaths in"
                    + " Maven, with --processor-path wakeful-compiler.jar for javac, or with"
                    + " -javaagent:wakeful-compiler.jar for java File.java",
                failure.getMessage());
    }

    @Test
    void contextWithoutThreadsIsNamed() throws Exception {
        System.setProperty("wakeful.await", "block");
        Future<?> future = block(new Probe(n -> 0), "return await(p.of(1));");
        var failure = assertThrows(IllegalStateException.class, () -> future.pollRaw(Context.of(Waker.noop())));
        assertTrue(
                failure.getMessage()
                        .startsWith("this context offers no threads for blocks that are not compiled; it comes from a"
                                + " runtime, but "),
                failure.getMessage());
    }

    private Object result(Future<?> future) throws Exception {
        while (true) {
            Object value = future.pollRaw(cx);
            if (value != Future.PENDING) {
                return value;
            }
        }
    }

    private interface Run {
        Object call(Future<?> future) throws Exception;
    }

    private static List<String> trace(Future<?> future, Probe probe, Run run) {
        var trace = new ArrayList<String>();
        try {
            trace.add("result " + Probe.show(run.call(future)));
        } catch (Throwable failure) {
            trace.add("thrown " + failure + List.of(failure.getSuppressed()));
        }
        trace.addAll(0, probe.trace());
        assertEquals(0, probe.started());
        return trace;
    }

    @ParameterizedTest
    @MethodSource("dev.wakeful.compiler.CorpusTest#programs")
    void programThatWasNotCompiledDoesWhatABlockingThreadDoes(String name) throws Exception {
        System.setProperty("wakeful.await", "block");
        var blocking = Classes.load(JavaSource.compile(name, CorpusTest.blocking(Corpus.source(name)), List.of(), "-g")
                .orFail()
                .classes());
        var plain = Classes.load(Corpus.plain(name));
        for (IntUnaryOperator pendings : List.<IntUnaryOperator>of(n -> 0, n -> 1, n -> (n + 1) % 3)) {
            var expected = new Probe(pendings);
            var actual = new Probe(pendings);
            assertEquals(
                    trace(program(blocking, name, expected), expected, Blocking::await),
                    trace(program(plain, name, actual), actual, this::result));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.wakeful.compiler.CorpusTest#programs")
    void programCancelledAtAnyAwaitLeavesNothingStarted(String name) throws Exception {
        System.setProperty("wakeful.await", "block");
        var plain = Classes.load(Corpus.plain(name));
        for (int polls = 1; polls < 200; polls += 3) {
            var probe = new Probe(n -> 1);
            Future<?> future = program(plain, name, probe);
            Object value = Future.PENDING;
            try {
                for (int i = 0; i < polls && value == Future.PENDING; i++) {
                    value = future.pollRaw(cx);
                }
            } catch (Throwable ended) {
                return;
            }
            if (value != Future.PENDING) {
                return;
            }
            cancel(future);
            assertEquals(0, probe.started(), () -> "left started: " + probe.trace());
        }
    }

    private void cancel(Future<?> future) {
        try {
            int cancels = 0;
            while (!future.pollCancel(cx).isReady()) {
                assertTrue(++cancels < 1000, "pollCancel does not end");
            }
        } catch (Exception failureOfCleanup) {
            // the program's own
        }
    }

    @Test
    void cancelRunsTheFinallyBlocksInnerBeforeOuterAndTheyMayAwait() throws Exception {
        System.setProperty("wakeful.await", "block");
        var probe = new Probe(n -> 1);
        Future<?> future = block(probe, """
            try {
                await(async(() -> {
                    try { await(p.of("leaf")); } finally { p.log("first", await(p.of(1))); }
                }));
            } catch (Exception e) { p.log("exception");
            } finally { p.log("second", await(p.of(2))); }
            return 1;\
            """);
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertFalse(future.pollCancel(cx).isReady());
        cancel(future);
        assertEquals(List.of("cancelled leaf", "await 1", "first=1", "await 2", "second=2"), probe.trace());
        assertThrows(IllegalStateException.class, () -> future.pollRaw(cx));
    }

    @Test
    void awaitOfTheCleanUpIsCutWhenTheGracePeriodIsOver() throws Exception {
        System.setProperty("wakeful.await", "block");
        var probe = new Probe(n -> 1);
        var cut = new ArrayList<Integer>();
        Context over = cx.with(Grace.KEY, new Grace() {
            @Override
            public boolean isOver() {
                return true;
            }

            @Override
            public void cut(StackTraceElement site) {
                cut.add(site.getLineNumber());
            }
        });
        Future<?> future = block(probe, "try { await(p.of(1)); } finally {\nawait(p.of(2)); }\nreturn 1;");
        assertSame(Future.PENDING, future.pollRaw(over));
        assertTrue(future.pollCancel(over).isReady());
        assertEquals(List.of(3), cut);
        assertEquals(List.of("cancelled 1"), probe.trace());
    }

    @Test
    void blockThatSwallowsTheSignalForEverIsGivenUp() throws Exception {
        System.setProperty("wakeful.await", "block");
        Context over = cx.with(Grace.KEY, () -> true);
        Future<?> future = block(
                new Probe(n -> 1), "while (p != null) { try { await(p.of(1)); } catch (Throwable t) { } } return 1;");
        assertSame(Future.PENDING, future.pollRaw(over));
        var failure = assertThrows(IllegalStateException.class, () -> future.pollCancel(over));
        assertTrue(failure.getMessage().contains("was swallowed again and again"), failure.getMessage());
    }

    @Test
    void exceptionOfTheAwaitedFutureIsTheOneThatIsCaught() throws Exception {
        System.setProperty("wakeful.await", "block");
        var failure = new IOException("own");
        var probe = new Probe(n -> 1);
        probe.kept = failure;
        Future<?> future =
                block(probe, "try { return await(p.fail((Exception) p.kept)); } catch (IOException e) { return e; }");
        assertSame(failure, result(future));
        assertThrows(IOException.class, () -> result(block(probe, "return await(p.fail((Exception) p.kept));")));
    }

    @Test
    void bodyRunsOnAVirtualThreadAndNeverBesideThePoll() throws Exception {
        System.setProperty("wakeful.await", "block");
        var probe = new Probe(n -> 1);
        Future<?> future = block(probe, """
            p.log("one", Thread.currentThread().isVirtual());
            await(p.of(1));
            p.log("two");
            return 2;\
            """);
        probe.log("before");
        assertSame(Future.PENDING, future.pollRaw(cx));
        probe.log("between");
        assertEquals(2, result(future));
        assertEquals(List.of("before", "one=true", "between", "await 1", "two"), probe.trace());
    }

    @Test
    void dumpShowsTheLineOfTheAwait() throws Exception {
        System.setProperty("wakeful.await", "block");
        Future<?> future = block(new Probe(n -> 1), "int one = 1;\nreturn one + await(p.of(1));");
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertTrue(
                Trace.of(future).toText("").startsWith("uncompiled block in P at P.lambda$program$0(P.java:3)\n"),
                Trace.of(future).toText(""));
    }

    @Test
    void warningIsGivenOnce() throws Exception {
        System.setProperty("wakeful.await", "block");
        for (int i = 0; i < 3; i++) {
            assertEquals(1, result(block(new Probe(n -> 0), "return await(p.of(1));")));
        }
        assertEquals(1, SAID.size(), SAID::toString);
        assertTrue(SAID.getFirst().contains("runs on a thread of its own that blocks in await"), SAID.getFirst());
    }
}
