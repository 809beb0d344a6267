// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The failures of many that are thrown as one: the first, the others suppressed on it in the order of their arrival,
/// each object once. As [Throwing#add], for as many as there may be and from whatever threads.
public final class Failures {
    private final Throwable first;

    /// The others. Who puts one in is the one who adds it.
    private final Set<Same> others = ConcurrentHashMap.newKeySet();

    /// A throwable that is equal to itself alone, whatever its class says.
    private record Same(Throwable failure) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Same(Throwable theirs) && theirs == failure;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(failure);
        }
    }

    /// All failures, with the first of them.
    ///
    /// @param first the first failure
    public Failures(Throwable first) {
        this.first = first;
        for (Throwable known : first.getSuppressed()) {
            others.add(new Same(known));
        }
    }

    /// Adds a failure to those there are.
    ///
    /// @param sofar those there are, or `null`
    /// @param later one more
    /// @return all of them
    public static Failures plus(@Nullable Failures sofar, Throwable later) {
        if (sofar == null) {
            return new Failures(later);
        }
        sofar.add(later);
        return sofar;
    }

    /// Adds a failure, unless it is known. Callable from any thread.
    ///
    /// @param later one more
    public void add(Throwable later) {
        if (later != first && others.add(new Same(later))) {
            first.addSuppressed(later);
        }
    }

    /// What is thrown for all.
    ///
    /// @return the first failure
    public Throwable first() {
        return first;
    }
}
