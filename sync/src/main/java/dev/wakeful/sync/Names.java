// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.Objects;

/// How locks and channels say what they are.
final class Names {
    private Names() {}

    static String checked(String name) {
        return Objects.requireNonNull(name, "name must not be null");
    }

    /// `lock accounts`, or `a lock` when it has no name.
    static String of(String kind, String name) {
        return name.isEmpty() ? "a " + kind : kind + " " + name;
    }

    /// `Mutex[accounts, free]`, or `Mutex` when there is nothing to add.
    static String of(String type, String name, String state) {
        if (name.isEmpty() && state.isEmpty()) {
            return type;
        }
        return type + "[" + name + (name.isEmpty() || state.isEmpty() ? "" : ", ") + state + "]";
    }
}
