// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Report;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where the ends of a channel are reported that became unreachable unclosed: to the runtime of those who wait, of
/// which one is as good as another, or to the log.
final class LostEnds {
    private @Nullable Consumer<Report> home;

    /// Somebody waits in `cx`.
    void awaitedIn(Context cx) {
        if (home == null) {
            home = cx.find(Report.KEY);
        }
    }

    void report(Report report) {
        Consumer<Report> told = home;
        if (told == null) {
            System.getLogger("dev.wakeful.sync").log(System.Logger.Level.WARNING, report::toString);
        } else {
            told.accept(report);
        }
    }
}
