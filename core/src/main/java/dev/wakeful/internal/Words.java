// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import org.jspecify.annotations.Nullable;

/// What objects of a program say of themselves, for a program whose `toString` throws: the words are never worth the
/// end of what asked for them.
public final class Words {
    private Words() {}

    /// The text of an object, or its class and that it has none.
    ///
    /// @param what the object
    /// @return the text
    public static String of(@Nullable Object what) {
        try {
            return String.valueOf(what);
        } catch (Throwable broken) {
            return without(what, "toString", broken);
        }
    }

    /// The text of an object of which `method` threw.
    ///
    /// @param what the object
    /// @param method the method that would have said more
    /// @param broken what it threw
    /// @return the text
    public static String without(@Nullable Object what, String method, Throwable broken) {
        String type = what == null ? "null" : what.getClass().getName();
        return type + ", whose " + method + " threw " + broken.getClass().getName();
    }
}
