// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Blocking;
import dev.wakeful.compiler.corpus.Probe;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A block that is awaited where it is made runs without a machine until it suspends, and nobody can tell.
class DirectCallTest {
    private final Context cx = Context.of(Waker.noop());

    /// How many machines the blocks make of blocks before they await them.
    private static long machinesMade(String members) {
        Map<String, byte[]> classes = Classes.async(JavaSource.compile("P", source(members), List.of(), "-g")
                .orFail()
                .classes());
        return ClassFile.of().parse(classes.get("P")).methods().stream()
                .filter(method -> method.methodName().stringValue().startsWith("lambda$"))
                .flatMap(method -> method.code().orElseThrow().elementStream())
                .filter(element ->
                        element instanceof InvokeInstruction call && call.name().equalsString("make"))
                .count();
    }

    private static String source(String members) {
        return "import static dev.wakeful.Async.*; import dev.wakeful.*;"
                + " import dev.wakeful.compiler.corpus.Probe; class P { " + members + " }";
    }

    @Test
    void awaitOfABlockInPlaceOrOfAMethodThatReturnsOneMakesNoMachine() {
        assertEquals(
                0,
                machinesMade("static Future<?> program(Probe p) { return async(() ->"
                        + " await(one(p, 2L)) + await(async(() -> await(p.of(1)))) + await(new P().two(1, p))); }"
                        + " static Future<Long> one(Probe p, long n) { return async(() -> await(p.of(n))); }"
                        + " private Future<Integer> two(int n, Probe p) { return async(() -> await(p.of(n))); }"));
    }

    @Test
    void methodThatASubclassCanOverrideOrThatDoesMoreIsCalled() {
        assertEquals(
                3,
                calls("static Future<?> program(Probe p) { return async(() -> await(new P().open(p)) +"
                        + " await(chosen(p)) + await(more(p))); } Future<Integer> open(Probe p) { return async(()"
                        + " -> await(p.of(1))); } static Future<Integer> chosen(Probe p) { return p == null ?"
                        + " p.of(1) : async(() -> await(p.of(1))); } static Future<Integer> more(Probe p) {"
                        + " p.log(\"more\"); return async(() -> await(p.of(1))); }"));
    }

    private static long calls(String members) {
        Map<String, byte[]> classes = Classes.async(JavaSource.compile("P", source(members), List.of(), "-g")
                .orFail()
                .classes());
        return ClassFile.of().parse(classes.get("P")).methods().stream()
                .filter(method -> method.methodName().stringValue().startsWith("lambda$program"))
                .flatMap(method -> method.code().orElseThrow().elementStream())
                .filter(element -> element instanceof InvokeInstruction call
                        && List.of("open", "chosen", "more")
                                .contains(call.name().stringValue()))
                .count();
    }

    @Test
    void argumentsReachTheBlockInTheOrderOfTheSource() throws Exception {
        for (int pendings : new int[] {0, 1, 2}) {
            var probe = new Probe(n -> pendings);
            Future<?> future = Programs.members(probe, """
                static Future<?> program(Probe p) {
                    var it = new P();
                    return async(() -> it.mix(p.log("a", 1), p.log("b", 2L), p, "c") instanceof Future<String> f
                        ? await(f) + await(it.mix(p.log("d", await(p.of(3))), 4L, p, "e")) + await(other(p, 5, 6L))
                        : "");
                }
                String name = "n";
                private Future<String> mix(int i, long l, Probe p, String s) {
                    return async(() -> s + await(p.of(l)) + name + i + await(p.of(s)));
                }
                static Future<String> other(Probe p, int unused, long l) {
                    return async(() -> "o" + await(p.of(l)) + l);
                }\
                """);
            assertEquals("c2n1ce4n3eo66", Blocking.await(future));
            assertEquals(
                    List.of("a=1", "b=2", "await 2", "await c", "await 3", "d=3"),
                    probe.trace().subList(0, 6));
        }
    }

    @Test
    void receiverThatIsNullIsFoundAtTheAwait() {
        Future<?> future = Programs.members(new Probe(n -> 0), """
            static Future<?> program(Probe p) { P none = p.hashCode() == 0 ? new P() : null; return async(() -> {
                try { return await(none.one(p)); } catch (NullPointerException e) { return "null"; }
            }); }
            private Future<Object> one(Probe p) { return async(() -> p.of(1)); }\
            """);
        assertEquals("null", assertDoesNotThrowRaw(future));
    }

    private Object assertDoesNotThrowRaw(Future<?> future) {
        try {
            return future.pollRaw(cx);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void valueThatIsABlockIsNotTakenForASuspension() throws Exception {
        Future<?> future = Programs.members(new Probe(n -> n), """
            static Future<?> program(Probe p) { return async(() -> await(await(await(nested(p, 2))))); }
            static Future<Future<Future<Integer>>> nested(Probe p, int n) { return async(() -> {
                if (n == 3) return null;
                Future<Future<Integer>> inner = async(() -> async(() -> await(p.of(n))));
                return inner;
            }); }\
            """);
        assertEquals(2, Blocking.await(future));
    }

    @Test
    void blockThatReturnsAnUnstartedFutureOfItselfGivesThatFuture() throws Exception {
        Future<?> future = Programs.members(new Probe(n -> 1), """
            static Future<?> program(Probe p) { return async(() -> await(self(p, 1))); }
            static Future<Object> self(Probe p, int n) { return async(() -> {
                await(p.of(n));
                return n == 0 ? "end" : self(p, n - 1);
            }); }\
            """);
        Object value = Blocking.await(future);
        assertEquals("end", Blocking.await((Future<?>) assertInstanceOf(Future.class, value)));
    }

    @Test
    void exceptionThatIsCaughtAroundTheAwaitHasATraceWithoutMachinery() throws Exception {
        for (int pendings : new int[] {0, 1}) {
            Future<?> future = Programs.members(new Probe(n -> pendings), """
                static Future<?> program(Probe p) { return async(() -> await(outer(p))); }
                static Future<Exception> outer(Probe p) { return async(() -> {
                    try { return await(failing(p)); } catch (IOException e) { return e; }
                }); }
                static Future<Exception> failing(Probe p) { return async(() -> {
                    await(p.of(1));
                    throw new IOException("deep");
                }); }\
                """);
            var caught = (IOException) Blocking.await(future);
            List<String> frames = Arrays.stream(caught.getStackTrace())
                    .limit(3)
                    .map(frame -> frame.getClassName() + ":" + frame.getLineNumber())
                    .toList();
            assertEquals(List.of("P:22", "P:18", "P:16"), frames);
        }
    }

    @Test
    void blockThatIsSuspendedBelowACancelledOneRunsItsFinally() throws Exception {
        var probe = new Probe(n -> 1);
        Future<?> future = Programs.members(probe, """
            static Future<?> program(Probe p) { return async(() -> await(one(p)) + 1); }
            static Future<Integer> one(Probe p) { return async(() -> await(two(p)) + 1); }
            static Future<Integer> two(Probe p) { return async(() -> {
                try { return await(p.of(1)); } finally { p.log("fin", await(p.of(2))); }
            }); }\
            """);
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertEquals(false, future.pollCancel(cx).isReady());
        assertTrue(future.pollCancel(cx).isReady());
        assertEquals(List.of("cancelled 1", "await 2", "fin=2"), probe.trace());
        assertThrows(IllegalStateException.class, () -> future.pollRaw(cx));
    }

    @Test
    void failureAfterSuspensionsIsTheObjectThatWasThrown() throws Exception {
        var failure = new IOException("own");
        var probe = new Probe(n -> 2);
        Future<?> future = Programs.members(probe, """
            static Future<?> program(Probe p) { return async(() -> await(one(p))); }
            static Future<Integer> one(Probe p) { return async(() -> {
                await(p.of(1));
                throw await(p.of((Exception) p.kept));
            }); }\
            """);
        probe.kept = failure;
        assertSame(failure, assertThrows(IOException.class, () -> Blocking.await(future)));
    }
}
