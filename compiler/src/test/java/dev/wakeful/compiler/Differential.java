// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Blocking;
import dev.wakeful.compiler.corpus.Probe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Runs random programs both ways and shrinks one that differs.
final class Differential {
    private final long seed;
    private final boolean abruptFinally;

    private Differential(long seed) {
        this.seed = seed;
        this.abruptFinally = seed % 5 == 0;
    }

    /// Runs the programs of some seeds, compiled together.
    ///
    /// @return what is wrong, with the shrunk program, or null
    static @Nullable String run(long first, int count) {
        var bodies = new LinkedHashMap<Long, List<RandomProgram.Node>>();
        var sources = new LinkedHashMap<String, String>();
        for (long seed = first; seed < first + count; seed++) {
            var body = new RandomBody(seed, seed % 5 == 0).body();
            bodies.put(seed, body);
            sources.put("G" + seed, RandomProgram.of("G" + seed, body));
        }
        String debug = first % 3 == 0 ? "-g:none" : "-g";
        Map<String, byte[]> blocking = compile(blocking(sources), debug);
        Map<String, byte[]> plain = compile(sources, debug);
        for (var entry : bodies.entrySet()) {
            var one = new Differential(entry.getKey());
            String name = "G" + entry.getKey();
            String difference = one.difference(name, only(blocking, name), only(plain, name));
            if (difference != null) {
                return one.shrunk(name, entry.getValue(), difference);
            }
        }
        return null;
    }

    private static Map<String, String> blocking(Map<String, String> sources) {
        var all = new LinkedHashMap<String, String>();
        sources.forEach((name, text) -> all.put(name, CorpusTest.blocking(text)));
        return all;
    }

    private static Map<String, byte[]> compile(Map<String, String> sources, String debug) {
        var compiled = JavaSource.compile(sources, List.of(), debug);
        for (var diagnostic : compiled.diagnostics()) {
            if (diagnostic.getKind() == javax.tools.Diagnostic.Kind.ERROR) {
                throw new IllegalArgumentException(compiled.diagnostics().toString());
            }
        }
        return compiled.classes();
    }

    private static Map<String, byte[]> only(Map<String, byte[]> classes, String name) {
        var some = new LinkedHashMap<String, byte[]>();
        classes.forEach((type, bytes) -> {
            if (type.equals(name) || type.startsWith(name + "$")) {
                some.put(type, bytes);
            }
        });
        return some;
    }

    private @Nullable String difference(String name, Map<String, byte[]> blocking, Map<String, byte[]> plain) {
        Map<String, byte[]> async;
        ClassLoader compiled;
        try {
            async = Classes.async(plain);
            compiled = Classes.load(async);
        } catch (AssertionError | RuntimeException | LinkageError refused) {
            // what the JVM has no room for is refused, and nothing is wrong
            boolean isTooLarge = String.valueOf(refused.getMessage()).contains("[wakeful:" + Texts.TOO_LARGE.id + "]");
            return isTooLarge ? null : "does not compile: " + refused;
        }
        ClassLoader plainly = Classes.load(blocking);
        for (IntUnaryOperator pendings : List.<IntUnaryOperator>of(
                n -> 0, n -> 1, n -> (int) ((n * 31 + seed) % 3), n -> (int) ((n + seed) & 1))) {
            List<String> expected = trace(plainly, name, pendings);
            List<String> actual = trace(compiled, name, pendings);
            if (!expected.equals(actual)) {
                return "expected " + expected + "\nbut was  " + actual;
            }
        }
        return abruptFinally ? null : cancelled(compiled, name);
    }

    private static Future<?> program(ClassLoader loader, String name, Probe probe) {
        try {
            var method = Class.forName(name, true, loader).getDeclaredMethod("program", Probe.class);
            method.setAccessible(true);
            return (Future<?>) method.invoke(null, probe);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> trace(ClassLoader loader, String name, IntUnaryOperator pendings) {
        var probe = new Probe(pendings);
        String end;
        try {
            end = "result " + Probe.show(Blocking.await(program(loader, name, probe)));
        } catch (Throwable failure) {
            end = "thrown " + describe(failure);
        }
        var all = new ArrayList<>(probe.trace());
        all.add(end);
        if (probe.started() != 0) {
            all.add("left started");
        }
        return all;
    }

    private static String describe(Throwable failure) {
        var text = new StringBuilder(failure.getClass().getName());
        if (failure instanceof NullPointerException || failure instanceof ClassCastException) {
            return text.toString(); // their messages name locals, which -g decides
        }
        text.append(failure.getMessage());
        for (Throwable suppressed : failure.getSuppressed()) {
            text.append(" [").append(describe(suppressed)).append(']');
        }
        return text.toString();
    }

    // ------------------------------------------------------------------------------------------------- cancelling

    private @Nullable String cancelled(ClassLoader loader, String name) {
        Context cx = Context.of(Waker.noop());
        for (int polls = 1; polls < 60; polls++) {
            var probe = new Probe(n -> 1);
            Future<?> future = program(loader, name, probe);
            Object value = Future.PENDING;
            try {
                for (int i = 0; i < polls && value == Future.PENDING; i++) {
                    value = future.pollRaw(cx);
                }
            } catch (Throwable ended) {
                return null;
            }
            if (value != Future.PENDING) {
                return null;
            }
            int mark = probe.trace().size();
            String wrong = windDown(future, cx);
            if (wrong == null && probe.started() != 0) {
                wrong = "a future is left started";
            }
            if (wrong == null) {
                wrong = unbalanced(probe.trace());
            }
            if (wrong != null) {
                return "cancelled after " + polls + " polls: " + wrong + "\n"
                        + probe.trace().subList(0, mark) + "\n-- cancel --\n"
                        + probe.trace().subList(mark, probe.trace().size());
            }
        }
        return null;
    }

    private static @Nullable String windDown(Future<?> future, Context cx) {
        try {
            for (int i = 0; i < 500; i++) {
                if (future.pollCancel(cx).isReady()) {
                    return future.pollCancel(cx).isReady() ? null : "pending after Ready";
                }
            }
            return "pollCancel does not end";
        } catch (Throwable failureOfCleanup) {
            return failureOfCleanup.toString().contains("Unwind") ? "the signal came out" : null;
        }
    }

    /// Each try block with a finally that was entered is left once, the inner ones first.
    private static @Nullable String unbalanced(List<String> trace) {
        var open = new ArrayDeque<String>();
        for (String event : trace) {
            if (event.startsWith("enter ")) {
                open.push(event.substring(6));
            } else if (event.startsWith("leave ") && !event.substring(6).equals(open.poll())) {
                return event + " came without its try, or too early";
            }
        }
        return open.isEmpty() ? null : "no finally ran for " + open;
    }

    // ------------------------------------------------------------------------------------------------- shrinking

    private String shrunk(String name, List<RandomProgram.Node> body, String difference) {
        List<RandomProgram.Node> smallest = body;
        String latest = difference;
        boolean smaller = true;
        int tries = 0;
        while (smaller && tries < 400) {
            smaller = false;
            for (List<RandomProgram.Node> candidate : reductions(smallest)) {
                tries++;
                String now = differenceOf(name, candidate);
                if (now != null) {
                    smallest = candidate;
                    latest = now;
                    smaller = true;
                    break;
                }
            }
        }
        return "seed " + seed + ": " + latest + "\n" + RandomProgram.of(name, smallest);
    }

    private @Nullable String differenceOf(String name, List<RandomProgram.Node> body) {
        var source = Map.of(name, RandomProgram.of(name, body));
        try {
            return difference(name, compile(blocking(source), "-g"), compile(source, "-g"));
        } catch (IllegalArgumentException doesNotCompile) {
            return null;
        }
    }

    /// The same statements with one left out, or with its inner ones in its place.
    private static List<List<RandomProgram.Node>> reductions(List<RandomProgram.Node> nodes) {
        var all = new ArrayList<List<RandomProgram.Node>>();
        for (int i = 0; i < nodes.size(); i++) {
            RandomProgram.Node node = nodes.get(i);
            all.add(with(nodes, i, List.of()));
            for (List<RandomProgram.Node> inner : node.inner()) {
                if (!inner.isEmpty()) {
                    all.add(with(nodes, i, inner));
                }
            }
            for (int j = 0; j < node.inner().size(); j++) {
                for (List<RandomProgram.Node> reduced : reductions(node.inner().get(j))) {
                    var inner = new ArrayList<>(node.inner());
                    inner.set(j, reduced);
                    all.add(with(nodes, i, List.of(new RandomProgram.Node(node.parts(), inner))));
                }
            }
        }
        return all;
    }

    private static List<RandomProgram.Node> with(List<RandomProgram.Node> nodes, int at, List<RandomProgram.Node> in) {
        var changed = new ArrayList<>(nodes.subList(0, at));
        changed.addAll(in);
        changed.addAll(nodes.subList(at + 1, nodes.size()));
        return changed;
    }
}
