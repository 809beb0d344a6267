// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.TaskRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which task waits for which, as their futures say.
final class WaitGraph {
    private final Map<Long, List<Edge>> edges = new HashMap<>();

    /// A wait of one task for another.
    private record Edge(TaskRef from, String resource, TaskRef to) {}

    WaitGraph(Iterable<Task<?>> tasks) {
        for (Task<?> task : tasks) {
            var found = new ArrayList<Edge>();
            collect(task, Trace.ofTask(task), found);
            edges.put(task.id(), found);
        }
    }

    private static void collect(Task<?> from, Trace trace, List<Edge> found) {
        if (trace.resource() != null && trace.resourceOwner() != null) {
            found.add(new Edge(from, trace.resource(), trace.resourceOwner()));
        }
        for (Trace child : trace.children()) {
            collect(from, child, found);
        }
    }

    /// A cycle in words, or `null` when there is none.
    @Nullable
    String cycle() {
        var done = new HashSet<Long>();
        for (Long start : edges.keySet().stream().sorted().toList()) {
            List<Edge> cycle = cycleFrom(start, new ArrayList<>(), new HashSet<>(), done);
            if (cycle != null) {
                return inWords(cycle);
            }
        }
        return null;
    }

    private @Nullable List<Edge> cycleFrom(long at, List<Edge> path, Set<Long> onPath, Set<Long> done) {
        if (onPath.contains(at)) {
            int first = 0;
            while (path.get(first).from.id() != at) {
                first++;
            }
            return path.subList(first, path.size());
        }
        if (!done.add(at)) {
            return null;
        }
        onPath.add(at);
        for (Edge edge : edges.getOrDefault(at, List.of())) {
            path.add(edge);
            List<Edge> cycle = cycleFrom(edge.to.id(), path, onPath, done);
            if (cycle != null) {
                return cycle;
            }
            path.removeLast();
        }
        onPath.remove(at);
        return null;
    }

    private static String inWords(List<Edge> cycle) {
        var words = new StringBuilder("a cycle: ");
        for (Edge edge : cycle) {
            words.append(edge.from).append(" waits for ").append(edge.resource);
            words.append(edge.resource.contains(edge.to.toString()) ? ", " : " of " + edge.to + ", ");
            words.append("and ");
        }
        words.setLength(words.length() - ", and ".length());
        return words.toString();
    }
}
