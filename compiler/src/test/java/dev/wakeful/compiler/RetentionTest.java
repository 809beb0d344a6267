// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.compiler.corpus.Probe;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A suspended block retains nothing that its source could not still reach. In each program `gone` makes an object that
/// no statement behind the last await can reach, and `kept` one that some can.
class RetentionTest {
    private static final String MEMBERS = """
        static Object gone(Probe p) { return mark(p, "gone"); }
        static Object kept(Probe p) { return mark(p, "kept"); }
        static Object mark(Probe p, String text) {
            Object made = new StringBuilder(text);
            ((List<Object>) p.kept).add(made);
            return made;
        }
        """;

    private final Probe probe = new Probe(n -> n == 99 ? 1 : 0);

    /// The marked objects that can be reached from a future, without going through the probe.
    private List<String> retained(Future<?> future) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var work = new ArrayDeque<Object>(List.of(future));
        while (!work.isEmpty()) {
            Object at = work.remove();
            if (at instanceof Probe || !seen.add(at)) {
                continue;
            }
            if (at instanceof Object[] all) {
                java.util.Arrays.stream(all).filter(one -> one != null).forEach(work::add);
            }
            for (Class<?> type = at.getClass(); type != null && isOurs(type); type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        field.setAccessible(true);
                        Object value = field.get(at);
                        if (value != null) {
                            work.add(value);
                        }
                    }
                }
            }
        }
        return ((List<?>) java.util.Objects.requireNonNull(probe.kept))
                .stream()
                        .filter(seen::contains)
                        .map(Object::toString)
                        .distinct()
                        .sorted()
                        .toList();
    }

    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().isEmpty() || type.getPackageName().startsWith("dev.wakeful");
    }

    private List<String> retainedAtTheAwait(String body) throws Exception {
        probe.kept = new ArrayList<>();
        Future<?> future = Programs.members(
                probe,
                MEMBERS + "static Future<?> program(Probe p) { return " + body + "; } "
                        + "Object field; P() {} P(Object o) { field = o; }"
                        + " static Future<Object> hold(Probe p) { return new Held(p); }"
                        + " record Held(Probe p) implements Future<Object> {"
                        + " public Poll<Object> poll(Context cx) { return Poll.pending(); } }");
        assertSame(Future.PENDING, future.pollRaw(Context.of(Waker.noop())));
        assertTrue(
                ((List<?>) probe.kept).stream().anyMatch(one -> one.toString().equals("gone")));
        return retained(future);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // a local, and one whose scope has ended
                "async(() -> { Object a = gone(p); Object k = kept(p); p.log(\"\" + a); await(hold(p)); return k; })",
                "async(() -> { { Object a = gone(p); await(p.of(1)); p.log(\"\" + a); } Object k = kept(p);"
                        + " await(hold(p)); return k; })",
                // overwritten before it is read again
                "async(() -> { Object a = gone(p); Object k = kept(p); p.log(\"\" + a); await(hold(p)); a = k;"
                        + " return a; })",
                // the result of an await, and the future awaited before
                "async(() -> { Object k = kept(p); await(p.of(gone(p))); await(hold(p)); return k; })",
                "async(() -> { Object k = kept(p); Object g = gone(p); await(async(() -> g + \"\" + await(p.of(1))));"
                        + " await(hold(p)); return k; })",
                // below the await on the stack: used up, and still needed
                "async(() -> (\"\" + gone(p)).length() + \"\" + kept(p).hashCode() + join(kept(p), await(hold(p)))); }"
                        + " static Object join(Object a, Object b) { return a; } static Object none() { return null",
                // captured, read before the await only
                "captured(p, gone(p), kept(p)); } static Future<?> captured(Probe p, Object a, Object k) {"
                        + " return async(() -> { p.log(\"\" + a); await(hold(p)); return k; })",
                // this, when nothing behind the await needs it
                "new P(gone(p)).mine(p, kept(p)); } Future<?> mine(Probe p, Object k) { return async(() -> {"
                        + " p.log(\"\" + field); await(hold(p)); return k; })",
                // in a loop: what the round before had
                "async(() -> { Object k = kept(p); for (int i = 0; ; i++) { Object a = i == 0 ? gone(p) : k;"
                        + " if (i == 1) await(hold(p)); p.log(\"\" + a); } })",
                // a failure that was caught, and its variable
                "async(() -> { Object k = kept(p); try { await(p.fail(new Failed(gone(p)))); } catch (Failed e) {"
                        + " p.log(\"\" + e.what); } await(hold(p)); return k; }); } static class Failed extends"
                        + " Exception { Object what; Failed(Object what) { this.what = what; } } static Object none() {"
                        + " return null",
                // of a block that is called directly, its arguments and its finished children
                "async(() -> { Object k = kept(p); await(direct(p, gone(p))); return k; }); }"
                        + " static Future<Object> direct(Probe p, Object a) { return async(() -> {"
                        + " p.log(\"\" + await(inner(p, a))); return await(hold(p)); }); }"
                        + " static Future<Object> inner(Probe p, Object a) { return async(() -> a + \"\""
                        + " + await(p.of(1))); } static Object none() { return null"
            })
    void suspendedBlockRetainsWhatItsSourceCanReachAndNothingElse(String body) throws Exception {
        assertEquals(List.of("kept"), retainedAtTheAwait(body));
    }

    @Test
    void blockThatHasEndedRetainsNothing() throws Exception {
        probe.kept = new ArrayList<>();
        Future<?> future = Programs.members(probe, MEMBERS + """
            static Future<?> program(Probe p) { return over(p, kept(p)); }
            static Future<?> over(Probe p, Object k) {
                return async(() -> { Object a = gone(p); await(p.of(1)); p.log("" + a + k); return 1; });
            }\
            """);
        assertEquals(List.of("kept"), retained(future));
        assertEquals(1, future.pollRaw(Context.of(Waker.noop())));
        assertEquals(List.of(), retained(future));
    }

    @Test
    void blockThatWasCancelledRetainsNothing() throws Exception {
        probe.kept = new ArrayList<>();
        Future<?> future = Programs.members(probe, MEMBERS + """
            static Future<?> program(Probe p) {
                return async(() -> {
                    Object k = kept(p);
                    try { await(Future.pending()); } finally { p.log("" + k); }
                    return k;
                });
            }\
            """);
        Context cx = Context.of(Waker.noop());
        assertSame(Future.PENDING, future.pollRaw(cx));
        assertEquals(List.of("kept"), retained(future));
        assertTrue(future.pollCancel(cx).isReady());
        assertEquals(List.of(), retained(future));
    }
}
