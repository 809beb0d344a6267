// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import org.jspecify.annotations.Nullable;

/// Throws what a signature does not allow, unchanged: failures keep their identity and are never wrapped.
public final class Throwing {
    private Throwing() {}

    /// Throws `failure`. Declared to return, so that `throw Throwing.sneak(x)` ends a path for the compiler.
    ///
    /// @param failure what to throw
    /// @return never
    public static RuntimeException sneak(Throwable failure) {
        return Throwing.<RuntimeException>cast(failure);
    }

    @SuppressWarnings("unchecked") // erased: the throwable leaves as it is
    private static <X extends Throwable> RuntimeException cast(Throwable failure) throws X {
        throw (X) failure;
    }

    /// Adds a failure that came later to the first one, unless there is none yet, or it is known there already.
    ///
    /// @param first the first failure, or `null`
    /// @param later one more
    /// @return the first failure
    public static Throwable add(@Nullable Throwable first, Throwable later) {
        if (first == null || first == later) {
            return later;
        }
        for (Throwable known : first.getSuppressed()) {
            if (known == later) {
                return first;
            }
        }
        first.addSuppressed(later);
        return first;
    }
}
