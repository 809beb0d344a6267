// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a machine remembers while its body is being unwound.
final class Cleanup {
    /// How often the signal was swallowed and the body went on to an await that is no clean-up.
    int swallowed;

    /// The await before which the signal was swallowed once too often.
    @Nullable
    StackTraceElement swallowedAt;

    private @Nullable Throwable first;
    private @Nullable Throwable latest;
    private int[] cut = {};

    /// An exception passes through clean-up. The first failure is the one that will be thrown.
    void passes(Throwable thrown) {
        if (thrown instanceof Unwind || thrown == latest) {
            return;
        }
        latest = thrown;
        if (first == null) {
            first = thrown;
        } else if (first != thrown) {
            first.addSuppressed(thrown);
        }
    }

    /// A `catch` clause of the user's handled what was on its way.
    void caught() {
        first = null;
        latest = null;
    }

    boolean firstCut(int at) {
        for (int before : cut) {
            if (before == at) {
                return false;
            }
        }
        cut = Arrays.copyOf(cut, cut.length + 1);
        cut[cut.length - 1] = at;
        return true;
    }

    /// The failure of the whole clean-up, given what left the body, or `null` for a value.
    @Nullable
    Throwable failure(@Nullable Throwable left) {
        if (left == null) {
            return null;
        }
        if (left instanceof Unwind) {
            for (Throwable failed : left.getSuppressed()) { // of close() in a try-with-resources
                passes(failed);
            }
        } else {
            passes(left);
        }
        return first;
    }
}
