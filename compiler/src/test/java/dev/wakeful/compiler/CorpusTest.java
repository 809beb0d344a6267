// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Blocking;
import dev.wakeful.compiler.corpus.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each program of the corpus does compiled what it does when a thread runs it and blocks in each await.
class CorpusTest {
    private static final List<IntUnaryOperator> PENDINGS =
            List.of(n -> 0, n -> 1, n -> 2, n -> n % 2, n -> (n + 1) % 3);

    static Stream<String> programs() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/corpus"))) {
            return files.map(file -> file.getFileName().toString().replace(".java", "")).sorted().toList().stream();
        }
    }

    private static String source(String name) {
        try {
            return Files.readString(Path.of("src/test/resources/corpus", name + ".java"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String blocking(String source) {
        return source.replace("dev.wakeful.Async.*", Blocking.class.getName() + ".*")
                .replace("dev.wakeful.compiler.corpus.Starting.*", Blocking.class.getName() + ".*");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void compiledProgramDoesWhatABlockingThreadDoes(String name) throws Exception {
        for (String debug : List.of("-g", "-g:none")) {
            var blocking = Classes.load(JavaSource.compile(name, blocking(source(name)), List.of(), debug)
                    .orFail()
                    .classes());
            Map<String, byte[]> classes = Classes.async(JavaSource.compile(name, source(name), List.of(), debug)
                    .orFail()
                    .classes());
            for (IntUnaryOperator pendings : PENDINGS) {
                List<String> expected = run(blocking, name, pendings);
                List<String> actual = run(Classes.load(classes), name, pendings);
                assertEquals(expected, actual);
            }
        }
    }

    private static List<String> run(ClassLoader loader, String name, IntUnaryOperator pendings) throws Exception {
        var probe = new Probe(pendings);
        var trace = new ArrayList<String>();
        try {
            trace.add("result " + Probe.show(Blocking.await(program(loader, name, probe))));
        } catch (Throwable failure) {
            trace.add("thrown " + describe(failure));
        }
        trace.addAll(0, probe.trace());
        assertEquals(0, probe.started());
        return trace;
    }

    private static String describe(Throwable failure) {
        var text = new StringBuilder(failure.toString());
        for (Throwable suppressed : failure.getSuppressed()) {
            text.append(" [").append(describe(suppressed)).append(']');
        }
        return text.toString();
    }

    private static Future<?> program(ClassLoader loader, String name, Probe probe) throws Exception {
        var method = Class.forName(name, true, loader).getDeclaredMethod("program", Probe.class);
        method.setAccessible(true);
        return (Future<?>) method.invoke(null, probe);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void programCancelledAtAnyAwaitLeavesNothingStarted(String name) throws Exception {
        Map<String, byte[]> classes = Classes.async(
                JavaSource.compile(name, source(name), List.of(), "-g").orFail().classes());
        var loader = Classes.load(classes);
        for (int polls = 1; polls < 200; polls++) {
            var probe = new Probe(n -> 1);
            Future<?> future = program(loader, name, probe);
            Context cx = Context.of(Waker.noop());
            Object value = Future.PENDING;
            try {
                for (int i = 0; i < polls && value == Future.PENDING; i++) {
                    value = future.pollRaw(cx);
                }
            } catch (Throwable ended) {
                value = ended;
            }
            if (value != Future.PENDING) {
                return;
            }
            int cancels = 0;
            try {
                while (!future.pollCancel(cx).isReady()) {
                    assertTrue(++cancels < 1000, "pollCancel does not end");
                }
            } catch (Exception failureOfCleanup) {
                // the program's own
            }
            assertEquals(0, probe.started(), () -> "left started: " + probe.trace());
        }
    }
}
