// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

/// Throws what a signature does not allow, unchanged: failures keep their identity and are never wrapped.
final class Throwing {
    private Throwing() {}

    /// Throws `failure`. Declared to return, so that `throw Throwing.sneak(x)` ends a path for the compiler.
    static RuntimeException sneak(Throwable failure) {
        return Throwing.<RuntimeException>cast(failure);
    }

    @SuppressWarnings("unchecked") // erased: the throwable leaves as it is
    private static <X extends Throwable> RuntimeException cast(Throwable failure) throws X {
        throw (X) failure;
    }
}
