// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Future;
import dev.wakeful.Report;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Finds tasks that wake themselves in every poll and complete nothing: they keep a thread busy, and do not wait.
///
/// A task counts such polls itself and asks here for every 256th in a row. It is reported when it awaits the very same
/// future as 256 polls before, so a task that goes from one future to the next is not; and once.
///
/// What was seen last of a task is kept in one of a few places by its number. Two tasks of one place push each other
/// out, which puts a report off. Callable from any thread.
public final class SelfWakes {
    private static final int PLACES = 16;

    /// What a task awaited when it was looked at before; `null` when it was reported.
    private record Seen(long task, @Nullable WeakReference<Future<?>> awaited) {}

    private final AtomicReferenceArray<@Nullable Seen> places = new AtomicReferenceArray<>(PLACES);

    /// Nothing was seen yet.
    public SelfWakes() {}

    /// Looks at a task that has woken itself in many polls in a row.
    ///
    /// @param task the task, called from [TaskExecutor#wokeItself]
    /// @param executor who takes the report
    public void look(Task<?> task, TaskExecutor executor) {
        Future<?> awaited = Trace.leafOf(task);
        int place = (int) (task.id() % PLACES);
        Seen before = places.get(place);
        if (awaited == null) {
            return;
        }
        if (before == null || before.task != task.id()) {
            places.set(place, new Seen(task.id(), new WeakReference<>(awaited)));
        } else if (before.awaited != null && before.awaited.refersTo(awaited)) {
            places.set(place, new Seen(task.id(), null));
            executor.report(new Report("self-wake", Reports.selfWake(task), task));
        } else if (before.awaited != null) {
            places.set(place, new Seen(task.id(), new WeakReference<>(awaited)));
        }
    }
}
