// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Future;

/// The words of the reports that need no runtime.
final class Reports {
    private Reports() {}

    /// A future returned Pending and cannot ever be woken.
    static String wakerNotAsked(Task<?> task, Future<?> polled) {
        Trace trace = Trace.of(polled);
        Trace leaf = trace.leaf();
        StackTraceElement site = trace.innermostSite();
        return leaf.label() + (site == null ? "" : ", awaited at " + site)
                + ", returned Pending without having asked for its waker, so nothing can ever wake " + task
                + "; take cx.waker() in the poll and wake it when there is progress";
    }
}
