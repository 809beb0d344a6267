// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import dev.wakeful.internal.Begun;
import dev.wakeful.task.Task;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * Reported once or never: what is kept is taken out of `kept` by one of those who would end the wait, and who takes it out
 * decides. They are the one who awaits the task, the collector that finds its handle gone, the end of its scope and the end of
 * the runtime.
 *
 * Nothing here holds a task or a scope, so that the handle of a task can become unreachable.
 */

/// Failures of supervised children that nobody has awaited so far, and that somebody who holds the handle may await
/// yet.
final class UnreadFailures {
    private final Set<Unread> kept = ConcurrentHashMap.newKeySet();
    private final BiConsumer<TaskRef, Throwable> report;
    private final Consumer<Unread> gone = this::report;

    /// A task that is gone, for the report.
    private record Named(long id, String name, String text) implements TaskRef {
        @Override
        public String toString() {
            return text;
        }
    }

    private static final class Unread {
        private final TaskRef task;
        private final Throwable failure;
        private final WeakReference<TaskScope> scope;

        Unread(Task<?> task, Throwable failure, TaskScope scope) {
            this.task = new Named(task.id(), task.name(), task.toString());
            this.failure = failure;
            this.scope = new WeakReference<>(scope);
        }
    }

    /// @param report takes what nobody will await
    UnreadFailures(BiConsumer<TaskRef, Throwable> report) {
        this.report = report;
    }

    /// Keeps a failure until it is awaited, or nobody can await it any more.
    void keep(Task<?> task, Throwable failure, TaskScope scope) {
        var unread = new Unread(task, failure, scope);
        kept.add(unread);
        Begun.Watch watch = Begun.watch(task, unread, gone, _ -> unread);
        task.whenAwaited(() -> {
            kept.remove(unread);
            watch.end();
        });
    }

    private void report(Unread unread) {
        if (kept.remove(unread)) {
            report.accept(unread.task, unread.failure);
        }
    }

    void scopeEnded(TaskScope scope) {
        for (Unread unread : kept) {
            if (unread.scope.refersTo(scope)) {
                report(unread);
            }
        }
    }

    /// The runtime ends.
    void reportAll() {
        kept.forEach(this::report);
    }
}
