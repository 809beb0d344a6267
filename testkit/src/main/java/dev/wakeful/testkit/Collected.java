// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;

/// Asks the collector whether something is unreachable.
final class Collected {
    private static final int TRIES = 3;

    private Collected() {}

    /// Whether the referent is collected by at most three collections.
    ///
    /// A sentinel that is certainly unreachable tells whether the collector ran at all.
    ///
    /// @throws IllegalStateException when even the sentinel stays, as with -XX:+DisableExplicitGC
    static boolean within(Reference<?> watched) {
        boolean ran = false;
        for (int i = 0; i < TRIES && !watched.refersTo(null); i++) {
            var sentinel = new WeakReference<>(new Object());
            System.gc();
            ran |= sentinel.refersTo(null);
        }
        if (watched.refersTo(null)) {
            return true;
        }
        if (!ran) {
            throw new IllegalStateException(
                    "reachability cannot be checked because System.gc() collects nothing; run without"
                            + " -XX:+DisableExplicitGC");
        }
        return false;
    }
}
