// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.internal.Words;
import dev.wakeful.task.Task;
import dev.wakeful.task.Trace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Every task of a runtime at one moment: its state, and its async stack from the task's own block down to what it
/// waits for.
///
/// Taking a dump stops nothing and polls nothing, and works from any thread, also while a task holds the thread that
/// polls. What a task does meanwhile can show half.
public final class RuntimeDump {
    private static final int FORMAT_VERSION = 1;
    private static final int MOST_NAMED = 5;

    private final RuntimeMetrics metrics;
    private final List<Entry> tasks;
    private final List<Running> running;

    private record Entry(long id, String name, String status, boolean local, Trace trace) {
        String title() {
            return name.isEmpty() ? "task " + id : "task " + id + " \"" + Words.inLine(name) + "\"";
        }

        String state() {
            return local ? "local, " + status : status;
        }
    }

    /// A thread that polls a task.
    private record Running(String thread, long task, List<StackTraceElement> stack) {}

    private RuntimeDump(RuntimeMetrics metrics, List<Entry> tasks, List<Running> running) {
        this.metrics = metrics;
        this.tasks = tasks;
        this.running = running;
    }

    /// @param polledBy the thread that polls a task, or `null`
    static RuntimeDump of(RuntimeMetrics metrics, List<Task<?>> live, Function<Task<?>, @Nullable Thread> polledBy) {
        var entries = new ArrayList<Entry>(live.size());
        var running = new ArrayList<Running>();
        for (Task<?> task : live) {
            String status = task.status();
            entries.add(new Entry(task.id(), task.name(), status, task.isLocal(), Trace.ofTask(task)));
            Thread thread = status.equals("running") ? polledBy.apply(task) : null;
            if (thread != null) {
                running.add(new Running(thread.getName(), task.id(), List.of(thread.getStackTrace())));
            }
        }
        return new RuntimeDump(metrics, entries, running);
    }

    /// How many tasks there are.
    ///
    /// @return the number
    public int size() {
        return tasks.size();
    }

    // ------------------------------------------------------------------------------------------------- text

    /// The dump for people. Tasks with the same async stack are shown once, with their number.
    ///
    /// @return lines, each ends with a newline
    public String text() {
        var text = new StringBuilder();
        text.append("runtime ").append(metrics).append('\n');
        for (Running thread : running) {
            appendRunning(text, thread);
        }
        for (List<Entry> group : groups().values()) {
            appendGroup(text.append('\n'), group);
        }
        return text.toString();
    }

    private static void appendRunning(StringBuilder text, Running running) {
        text.append("\nthread \"")
                .append(Words.inLine(running.thread))
                .append("\" polls task ")
                .append(running.task)
                .append(":\n");
        for (StackTraceElement frame : running.stack) {
            text.append("    at ").append(frame).append('\n');
        }
    }

    /// The tasks by what they look like, apart from the details of labels.
    private Map<Look, List<Entry>> groups() {
        var groups = new LinkedHashMap<Look, List<Entry>>();
        for (Entry task : tasks) {
            groups.computeIfAbsent(new Look(task.state(), task.trace), _ -> new ArrayList<>())
                    .add(task);
        }
        return groups;
    }

    private static void appendGroup(StringBuilder text, List<Entry> group) {
        Entry first = group.getFirst();
        if (group.size() == 1) {
            text.append(first.title()).append(", ");
        } else {
            text.append(group.size()).append(" tasks, ");
        }
        text.append(first.state()).append(":\n").append(first.trace.toText("    "));
        if (group.size() > 1) {
            List<String> titles =
                    group.stream().limit(MOST_NAMED).map(Entry::title).toList();
            text.append("    (").append(String.join(", ", titles));
            text.append(group.size() > MOST_NAMED ? ", ...)\n" : ")\n");
        }
    }

    // ------------------------------------------------------------------------------------------------- JSON

    /// The dump for programs: an object with `formatVersion`, `runtime`, `metrics`, and `tasks`, each with `id`,
    /// `name`, `status`, `local` (`true` or left out) and `trace`, whose members are `label`, `at`, `waitsFor`, `owner`
    /// and `children`.
    ///
    /// @return one JSON text
    public String json() {
        var json = new Json(tasks.size());
        json.open('{').member("formatVersion").number(FORMAT_VERSION);
        json.member("runtime").string(metrics.runtime());
        json.member("metrics").open('{');
        json.member("tasksStarted").number(metrics.tasksStarted());
        json.member("tasksLive").number(metrics.tasksLive());
        json.member("polls").number(metrics.polls());
        json.member("wakes").number(metrics.wakes());
        json.member("steals").number(metrics.steals());
        json.member("parks").number(metrics.parks());
        json.member("queued").number(metrics.queued());
        json.member("timers").number(metrics.timers());
        json.member("sockets").number(metrics.sockets());
        json.member("blockingWork").number(metrics.blockingWork());
        json.close('}');
        json.member("tasks").open('[');
        var open = new ArrayDeque<Iterator<Trace>>();
        for (Entry task : tasks) {
            json.element().open('{').member("id").number(task.id);
            json.member("name").string(task.name).member("status").string(task.status);
            if (task.local) {
                json.member("local").yes();
            }
            json.member("trace");
            append(json, task.trace, open);
            json.close('}');
        }
        return json.close(']').close('}').toString();
    }

    /// Without recursion: a trace is as deep as programs make it.
    ///
    /// @param open empty before and after
    private static void append(Json json, Trace root, ArrayDeque<Iterator<Trace>> open) {
        for (Trace at = root; at != null; at = next(json, open)) {
            json.open('{').member("label").string(at.label());
            if (at.site() != null) {
                json.member("at").value(at.site());
            }
            if (at.resource() != null) {
                json.member("waitsFor").string(at.resource());
            }
            if (at.resourceOwner() != null) {
                json.member("owner").number(at.resourceOwner().id());
            }
            if (at.children().isEmpty()) {
                json.close('}');
            } else {
                json.member("children").open('[');
                open.push(at.children().iterator());
            }
        }
    }

    /// Closes those that have no more children; the next child of the others, or null.
    private static @Nullable Trace next(Json json, ArrayDeque<Iterator<Trace>> open) {
        while (!open.isEmpty()) {
            if (open.getFirst().hasNext()) {
                json.element();
                return open.getFirst().next();
            }
            open.pop();
            json.close(']').close('}');
        }
        return null;
    }

    /// As [#text()].
    @Override
    public String toString() {
        return text();
    }
}
