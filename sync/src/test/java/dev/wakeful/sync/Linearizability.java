// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks for an order of the operations of a history in which each takes effect at one moment between its call and its
/// return, and gives what a sequential object would have given there.
///
/// The search is Wing and Gong's (1993) with Lowe's memory (2017): a set of operations that have taken effect, together
/// with the state they led to, is tried once.
///
/// @param <S> the states of the sequential object, compared by `equals`
final class Linearizability<S> {
    /// What a sequential object does.
    ///
    /// @param <S> the states
    interface Step<S> {
        /// The state afterwards.
        ///
        /// @param state the state before
        /// @param result what the operation gave, or [Entry#UNKNOWN]
        /// @return the next state, or `null` when the operation cannot give that result in this state
        @Nullable
        S next(S state, @Nullable Object result);
    }

    /// An operation of a history.
    ///
    /// @param name what it is, for the report
    /// @param step what it does
    /// @param called when it was called
    /// @param returned when it returned, [Long#MAX_VALUE] when it did not; then it may have taken effect or not
    /// @param result what it gave
    record Entry<S>(
            String name,
            Step<S> step,
            long called,
            long returned,
            @Nullable Object result) {
        /// The result of an operation that has not returned.
        static final Object UNKNOWN = new Object() {
            @Override
            public String toString() {
                return "?";
            }
        };

        boolean isOpen() {
            return returned == Long.MAX_VALUE;
        }

        @Override
        public String toString() {
            return "[" + called + ", " + (isOpen() ? "" : returned) + "] " + name + " = " + result;
        }
    }

    private record Tried<S>(long done, S state) {}

    private final List<Entry<S>> history;
    private final Set<Tried<S>> tried = new HashSet<>();

    private Linearizability(List<Entry<S>> history) {
        this.history = history;
        if (history.size() > Long.SIZE) {
            throw new IllegalArgumentException("a history has at most 64 operations, but this has " + history.size());
        }
    }

    /// Whether there is such an order.
    static <S> boolean holds(S initial, List<Entry<S>> history) {
        return new Linearizability<>(history).search(0, initial);
    }

    /// The history, a line for each operation, in the order of calls.
    static String text(List<? extends Entry<?>> history) {
        var sorted = new ArrayList<Entry<?>>(history);
        sorted.sort((a, b) -> Long.compare(a.called, b.called));
        var lines = new StringBuilder();
        sorted.forEach(entry -> lines.append("\n    ").append(entry));
        return lines.toString();
    }

    private boolean search(long done, S state) {
        if (!tried.add(new Tried<>(done, state))) {
            return false;
        }
        long firstReturn = Long.MAX_VALUE;
        for (int i = 0; i < history.size(); i++) {
            if ((done & 1L << i) == 0) {
                firstReturn = Math.min(firstReturn, history.get(i).returned);
            }
        }
        if (firstReturn == Long.MAX_VALUE) {
            return true; // what is left has not returned
        }
        for (int i = 0; i < history.size(); i++) {
            Entry<S> entry = history.get(i);
            if ((done & 1L << i) == 0 && entry.called < firstReturn) {
                S next = entry.step.next(state, entry.result);
                if (next != null && search(done | 1L << i, next)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// A step that gives `expected` and changes nothing.
    static <S> @Nullable S same(S state, @Nullable Object expected, @Nullable Object result) {
        return result == Entry.UNKNOWN || Objects.equals(expected, result) ? state : null;
    }
}
