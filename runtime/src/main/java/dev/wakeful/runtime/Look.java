// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Trace;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a task looks like in a dump, apart from what stands in brackets in the labels of its futures: two that look the
/// same are shown once. Compares without making any text, since a dump may have a million tasks.
final class Look {
    private final String state;
    private final Trace trace;
    private final int hash;

    Look(String state, Trace trace) {
        this.state = state;
        this.trace = trace;
        this.hash = hash(state, trace);
    }

    private static int hash(String state, Trace trace) {
        int hash = state.hashCode();
        var left = new ArrayDeque<Trace>();
        for (Trace at = trace; at != null; at = next(at, left)) {
            hash = 31 * hash + hashOfLabel(at.label());
            hash = 31 * hash + Objects.hashCode(at.site());
            hash = 31 * hash + Objects.hashCode(at.resource());
        }
        return hash;
    }

    /// The trace after `at`, in the order of the text.
    private static @Nullable Trace next(Trace at, ArrayDeque<Trace> left) {
        for (int i = at.children().size() - 1; i > 0; i--) {
            left.push(at.children().get(i));
        }
        return at.children().isEmpty() ? left.poll() : at.children().getFirst();
    }

    private static int hashOfLabel(String label) {
        int hash = 0;
        for (int i = 0; i < label.length(); i = after(label, i)) {
            hash = 31 * hash + label.charAt(i);
        }
        return hash;
    }

    /// The position after `i`, or after the brackets that open there.
    private static int after(String label, int i) {
        int end = label.charAt(i) == '[' ? label.indexOf(']', i) : i;
        return (end < 0 ? i : end) + 1;
    }

    private static boolean sameLabel(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            if (one.charAt(i) != other.charAt(j)) {
                return false;
            }
            i = after(one, i);
            j = after(other, j);
        }
        return i == one.length() && j == other.length();
    }

    private static boolean same(Trace one, Trace other) {
        return sameLabel(one.label(), other.label())
                && one.children().size() == other.children().size()
                && Objects.equals(one.site(), other.site())
                && Objects.equals(one.resource(), other.resource())
                && Objects.equals(one.resourceOwner(), other.resourceOwner());
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof Look other) || hash != other.hash || !state.equals(other.state)) {
            return false;
        }
        var left = new ArrayDeque<Trace>();
        var otherLeft = new ArrayDeque<Trace>();
        Trace theirs = other.trace;
        for (Trace mine = trace; mine != null && theirs != null; mine = next(mine, left)) {
            if (!same(mine, theirs)) {
                return false;
            }
            theirs = next(theirs, otherLeft);
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
