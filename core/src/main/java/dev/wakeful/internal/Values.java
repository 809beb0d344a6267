// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import org.jspecify.annotations.Nullable;

/// Values whose type only the programmer knows.
public final class Values {
    private Values() {}

    /// The value as a `T`, of which whoever calls is sure: it came out of a future of `T`, and is `null` only if `T`
    /// may be.
    ///
    /// @param <T> the type of the value
    /// @param value the value
    /// @return the same value
    @SuppressWarnings({"unchecked", "NullAway"
    }) // the caller knows the type, and with it whether null is one of its values
    public static <T extends @Nullable Object> T of(@Nullable Object value) {
        return (T) value;
    }
}
