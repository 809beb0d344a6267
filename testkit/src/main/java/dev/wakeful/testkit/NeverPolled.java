// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Report;
import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Unpolled;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches the futures that the thread of a test makes, from the making of its runtime to its end.
final class NeverPolled {
    private final Consumer<String> found;
    private final @Nullable Consumer<String> before;

    NeverPolled(Simulation simulation) {
        found = what -> simulation.report(new Report("never-polled", what, null));
        before = Unpolled.watch(found);
    }

    /// No more futures are watched.
    void end() {
        Consumer<String> last = Unpolled.watch(before);
        if (last != found) { // a runtime that was made later still watches
            Unpolled.watch(last);
        }
    }

    /// Whether there are any that were not polled.
    boolean hasAny() {
        return Begun.isWatchedFor(found);
    }
}
