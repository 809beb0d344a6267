// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.TaskRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
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

    private static void collect(Task<?> from, Trace root, List<Edge> found) {
        var open = new ArrayDeque<Trace>();
        open.push(root);
        while (!open.isEmpty()) {
            Trace trace = open.pop();
            if (trace.resource() != null && trace.resourceOwner() != null) {
                found.add(new Edge(from, trace.resource(), trace.resourceOwner()));
            }
            trace.children().reversed().forEach(open::push);
        }
    }

    /// A cycle in words, or `null` when there is none.
    @Nullable
    String cycle() {
        var done = new HashSet<Long>();
        for (Long start : edges.keySet().stream().sorted().toList()) {
            List<Edge> cycle = done.contains(start) ? null : cycleFrom(start, done);
            if (cycle != null) {
                return inWords(cycle);
            }
        }
        return null;
    }

    /// Walks in depth, without recursion: a chain of waits is as long as there are tasks.
    private @Nullable List<Edge> cycleFrom(long start, Set<Long> done) {
        var path = new ArrayList<Edge>();
        var places = new HashMap<Long, Integer>(); // of the tasks on the path
        var open = new ArrayDeque<Iterator<Edge>>();
        done.add(start);
        places.put(start, 0);
        open.push(edgesOf(start));
        while (!open.isEmpty()) {
            if (!open.peek().hasNext()) {
                open.pop();
                places.remove(path.isEmpty() ? start : path.getLast().to.id());
                if (!path.isEmpty()) {
                    path.removeLast();
                }
                continue;
            }
            Edge edge = open.peek().next();
            long to = edge.to.id();
            Integer first = places.get(to);
            if (first != null) {
                path.add(edge);
                return path.subList(first, path.size());
            }
            if (done.add(to)) {
                path.add(edge);
                places.put(to, path.size());
                open.push(edgesOf(to));
            }
        }
        return null;
    }

    private Iterator<Edge> edgesOf(long task) {
        return edges.getOrDefault(task, List.of()).iterator();
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
