// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Future;
import java.util.List;

/// The words of the reports that need no runtime.
final class Reports {
    private static final int MOST_SHOWN = 20;

    private Reports() {}

    /// A future returned Pending and cannot ever be woken.
    static String wakerNotAsked(Task<?> task, Future<?> polled) {
        Trace trace = Trace.of(polled);
        Trace leaf = trace.leaf();
        StackTraceElement site = trace.innermostSite();
        return leaf.label() + (site == null ? "" : ", awaited at " + site + ",")
                + " returned Pending without having asked for its waker, so nothing can ever wake " + task
                + "; take cx.waker() in the poll and wake it when there is progress";
    }

    /// A task that wakes itself for ever.
    static String selfWake(Task<?> task) {
        return task + " wakes itself in every poll and completes nothing: " + waitsAt(Trace.ofTask(task))
                + "; keep cx.waker() where the one who makes the progress finds it, and wake it there";
    }

    /// A task ended before the children of a scope that it opened.
    static String childrenAlive(Task<?> owner, Scope<?> scope) {
        var text = new StringBuilder()
                .append(owner)
                .append(" ended while children of its scope are alive; await the future of the scope to its end, or"
                        + " call")
                .append(" pollCancel until it is ready");
        return appendTasks(text, scope.children().live()).toString();
    }

    /// A task whose waker nobody holds.
    static String lost(Task<?> task, List<Task<?>> waiting) {
        var text = new StringBuilder("nothing can ever wake ").append(task).append(": ");
        Trace trace = Trace.ofTask(task);
        text.append(waitsAt(trace));
        text.append(
                trace.leaf().never()
                        ? ", which is never ready"
                        : ", and the waker it was given is gone; keep cx.waker() where the one who makes the progress"
                                + " finds it, and wake it there");
        return appendTasks(text, waiting).toString();
    }

    /// An executor in which nothing can go on.
    static String quiescent(List<Task<?>> waiting) {
        var text = new StringBuilder(
                "nothing is left that could wake anything: no ready task, timer, I/O, blocking work or"
                        + " waker outside of what waits; see to it that somebody who can still run wakes one of these");
        String cycle = new WaitGraph(waiting).cycle();
        if (cycle != null) {
            text.append("\n  ").append(cycle);
        }
        return appendTasks(text, waiting).toString();
    }

    /// Who waits for what.
    static String waiting(List<Task<?>> waiting) {
        return appendTasks(new StringBuilder("these wait:"), waiting).toString();
    }

    private static String waitsAt(Trace trace) {
        Trace leaf = trace.leaf();
        StackTraceElement site = trace.innermostSite();
        return leaf.label()
                + (site == null ? "" : ", awaited at " + site)
                + (leaf.resource() == null ? "" : ", waits for " + leaf.resource())
                + (leaf.resourceOwner() == null ? "" : " (" + leaf.resourceOwner() + ")");
    }

    private static StringBuilder appendTasks(StringBuilder text, List<Task<?>> waiting) {
        int shown = 0;
        for (Task<?> task : waiting) {
            if (++shown > MOST_SHOWN) {
                text.append("\n  and ").append(waiting.size() - MOST_SHOWN).append(" more");
                break;
            }
            text.append("\n  ").append(task).append(" waits:\n");
            text.append(Trace.ofTask(task).toText("    ").stripTrailing());
        }
        return text;
    }
}
