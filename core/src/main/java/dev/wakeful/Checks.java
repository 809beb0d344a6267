// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Misuse;
import java.lang.ref.WeakReference;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Checked mode: keeps the rules for futures that cannot, lambdas and classes that implement [Future#poll] alone.
///
/// What such a future has been through stands beside it, in a map that holds it weakly. A future without a field has no
/// state that a second poll could break, and a lambda that captures nothing is one object for all its uses, so these
/// are left alone. On by default; `-Dwakeful.checked=false` turns it off.
final class Checks {
    static final boolean ON = !"false".equals(System.getProperty("wakeful.checked"));

    private static final ConcurrentHashMap<Object, Past> PASTS = new ConcurrentHashMap<>();
    private static final int SWEEP_AT_LEAST = 4096;

    /// At this size the map is rid of futures that are gone. Racing threads may sweep twice, or a little late.
    private static volatile long sweepAt = SWEEP_AT_LEAST;

    private static final ClassValue<Boolean> STATELESS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
                if (!Arrays.stream(at.getDeclaredFields()).allMatch(field -> Modifier.isStatic(field.getModifiers()))) {
                    return false;
                }
            }
            return true;
        }
    };

    private Checks() {}

    /// What is known of one future. Its fields are ordered by `poller`, as the polls are.
    private static final class Past extends WeakReference<Future<?>> {
        private final int hash;
        private final AtomicReference<@Nullable Thread> poller = new AtomicReference<>();
        private @Nullable WeakReference<TaskRef> owner; // a task reaches its futures, which are to be collected
        private @Nullable String end;
        private boolean asked;

        Past(Future<?> future) {
            super(future);
            hash = System.identityHashCode(future);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    /// A key that is equal to the past of a future.
    private record Probe(Future<?> future) {
        @Override
        public int hashCode() {
            return System.identityHashCode(future);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Past past && past.refersTo(future);
        }
    }

    static <T extends @Nullable Object> Poll<T> poll(Future<T> future, Context cx) throws Exception {
        if (STATELESS.get(future.getClass())) {
            return future.poll(cx);
        }
        Past past = pastOf(future);
        Thread poller = past.poller.compareAndExchange(null, Thread.currentThread());
        if (poller != null) {
            throw new IllegalStateException(
                    "future was polled while " + poller.getName() + " was polling it: " + Descriptions.label(future));
        }
        try {
            return poll(future, past, cx);
        } finally {
            past.poller.set(null);
        }
    }

    private static <T extends @Nullable Object> Poll<T> poll(Future<T> future, Past past, Context cx) throws Exception {
        begin(future, past, cx);
        var noting = new Noting(cx);
        past.end = "failed";
        Poll<T> answer = future.poll(noting);
        if (answer.isReady()) {
            past.end = "returned Ready";
            return answer;
        }
        past.end = null;
        if (noting.asked) {
            past.asked = true;
        } else if (past.asked) {
            cx.waker(); // it keeps the waker of an earlier poll, which is the same as long as the task is
        }
        return answer;
    }

    private static void begin(Future<?> future, Past past, Context cx) {
        if (past.end != null) {
            throw Misuse.polledAfter(past.end, Descriptions.label(future));
        }
        TaskRef first = past.owner == null ? null : past.owner.get();
        TaskRef task = cx.task();
        if (first != null && task != null && first != task && cx.find(Context.HANDED_OVER) == null) {
            throw Misuse.secondOwner(first, task, Descriptions.label(future));
        }
        if (first != task) {
            past.owner = task == null ? null : new WeakReference<>(task);
        }
    }

    /// The future is wound down by its default, which holds nothing.
    static void cancelled(Future<?> future) {
        if (!STATELESS.get(future.getClass())) {
            Past past = pastOf(future);
            if (past.end == null) {
                past.end = "been cancelled";
            }
        }
    }

    private static Past pastOf(Future<?> future) {
        Past known = PASTS.get(new Probe(future));
        if (known != null) {
            return known;
        }
        if (PASTS.mappingCount() >= sweepAt) {
            PASTS.values().removeIf(past -> past.refersTo(null));
            sweepAt = Math.max(SWEEP_AT_LEAST, 2 * PASTS.mappingCount());
        }
        var past = new Past(future);
        PASTS.put(past, past); // two threads that make one at a time break the rule of one owner already
        return past;
    }

    private static final class Noting extends Contexts.Derived {
        private boolean asked;

        Noting(Context outer) {
            super(outer);
        }

        @Override
        public Waker waker() {
            asked = true;
            return outer.waker();
        }

        @Override
        public boolean hasBudget() {
            boolean has = outer.hasBudget();
            asked |= !has; // the one without budget has been woken
            return has;
        }
    }
}
