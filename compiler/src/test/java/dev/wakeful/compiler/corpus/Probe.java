// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a program awaits and tells: futures that are pending as often as they are told to, and a trace.
public final class Probe {
    private final IntUnaryOperator pendings;
    private final List<String> trace = new ArrayList<>();
    private int ticks;

    /// Whatever a test wants its program to have.
    public @Nullable Object kept;
    private final List<Leaf<?>> leaves = new ArrayList<>();

    /// What random programs extend.
    public static class Base {
        protected String up(int i, String s) {
            return "up" + i + s;
        }
    }

    /// A probe whose nth future is pending `pendings(n)` times.
    public Probe(IntUnaryOperator pendings) {
        this.pendings = pendings;
    }

    public List<String> trace() {
        return trace;
    }

    /// How many futures were polled and are neither complete nor wound down.
    public long started() {
        return leaves.stream().filter(leaf -> leaf.polled && !leaf.done).count();
    }

    public <T extends @Nullable Object> T log(String what, T value) {
        trace.add(what + "=" + show(value));
        return value;
    }

    public void log(String what) {
        trace.add(what);
    }

    public static String show(@Nullable Object value) {
        return switch (value) {
            case int[] ints -> java.util.Arrays.toString(ints);
            case long[] longs -> java.util.Arrays.toString(longs);
            case Object[] all -> java.util.Arrays.deepToString(all);
            case null -> "null";
            default -> value.toString();
        };
    }

    /// Counts the rounds of loops, so that no program runs for ever.
    public void tick() {
        if (++ticks > 3000) {
            throw new Error("too many rounds");
        }
    }

    /// Notes that a try block without a finally was entered.
    public void attempt(int block) throws Exception {
        trace.add("try " + block);
    }

    /// Notes that a try block with a finally was entered; any exception may come from here, as far as javac knows.
    public void enter(int block) throws Exception {
        trace.add("enter " + block);
    }

    public void leave(int block) {
        trace.add("leave " + block);
    }

    /// A future of a value.
    public <T extends @Nullable Object> Future<T> of(T value) {
        return add(new Leaf<>(value, null));
    }

    /// A future that fails.
    public <T> Future<T> fail(Throwable failure) {
        return add(new Leaf<>(null, failure));
    }

    private <T extends @Nullable Object> Future<T> add(Leaf<T> leaf) {
        leaves.add(leaf);
        return leaf;
    }

    private final class Leaf<T extends @Nullable Object> implements Future<T> {
        private final @Nullable T value;
        private final @Nullable Throwable failure;
        private int left = -1;
        private boolean polled;
        private boolean done;

        Leaf(@Nullable T value, @Nullable Throwable failure) {
            this.value = value;
            this.failure = failure;
        }

        @Override
        @SuppressWarnings("NullAway") // a T that may be null is one
        public Poll<T> poll(Context cx) throws Exception {
            if (done) {
                throw new IllegalStateException("polled again");
            }
            if (!polled) {
                polled = true;
                left = pendings.applyAsInt(leaves.indexOf(this));
            }
            if (left > 0) {
                left--;
                cx.waker().wake();
                return Poll.pending();
            }
            done = true;
            trace.add("await " + (failure == null ? show(value) : failure.toString()));
            if (failure != null) {
                throw Probe.<RuntimeException>unchecked(failure);
            }
            return Poll.ready(value);
        }

        @Override
        public Poll<@Nullable Void> pollCancel(Context cx) {
            if (polled && !done) {
                done = true;
                trace.add("cancelled " + (failure == null ? show(value) : failure.toString()));
            }
            return Poll.ready(null);
        }
    }

    @SuppressWarnings("unchecked") // erased
    static <X extends Throwable> X unchecked(Throwable failure) throws X {
        throw (X) failure;
    }
}
