// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.internal.Words;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a future said of itself and of what it awaits: the async stack, as a tree from the task down to the leaves.
///
/// @param label what the future is
/// @param site where it stands in the source, or `null` when it does not know
/// @param resource what it waits for, or `null` when it awaits children
/// @param resourceOwner the task that holds or provides the resource, or `null`
/// @param never whether it says that nothing will ever wake it
/// @param children what it awaits
public record Trace(
        String label,
        @Nullable StackTraceElement site,
        @Nullable String resource,
        @Nullable TaskRef resourceOwner,
        boolean never,
        List<Trace> children) {

    /// How many futures a trace takes in, so that a dump ends also when a future is reached on very many ways.
    private static final int MAX_FUTURES = 200_000;

    /// So many futures of one are shown as text: a scope may have a million children, which are shown as tasks besides.
    private static final int MOST_BESIDE = 100;

    /// Deeper lines of a text are not indented further.
    private static final int MAX_INDENT = 60;

    /// Asks a future to describe itself and all below it. Polls nothing.
    ///
    /// @param future the future
    /// @return its trace
    public static Trace of(Future<?> future) {
        return describe(new Builder(null, future), at -> ask(future, at));
    }

    /// Asks a task to describe what it runs.
    ///
    /// @param task the task
    /// @return the trace of its future
    public static Trace ofTask(Task<?> task) {
        return describe(new Builder(null, null), at -> ask(task.body, task::describeBody, at));
    }

    /// The innermost future on the first branch of what a task runs, the future of the task itself when it awaits
    /// none. For telling whether it is the same as some time ago.
    static @Nullable Future<?> leafOf(Task<?> task) {
        var root = new Builder(null, null);
        Future<?> leaf = task.body instanceof Future<?> future ? future : null;
        ask(leaf, task::describeBody, root);
        Builder at = root;
        for (int depth = 0; depth < MAX_FUTURES; depth++) {
            Future<?> child = at.nextFuture();
            if (child == null) {
                break;
            }
            leaf = child;
            at = new Builder(null, child);
            ask(child, at);
        }
        return leaf;
    }

    /// Walks down without recursion: chains are as deep as programs make them, and a wait may lead back to itself.
    private static Trace describe(Builder root, Consumer<Description> source) {
        source.accept(root);
        var path = new Path();
        int futures = 1;
        for (Builder at = root; at != null; ) {
            Future<?> child = at.nextFuture();
            if (child == null) {
                path.leave(at);
                at = at.close();
                continue;
            }
            var below = new Builder(at, child);
            at.add(below);
            if (path.contains(at, child)) {
                below.label("back to " + labelOf(child));
            } else if (++futures > MAX_FUTURES) {
                below.label("and more, left out");
            } else {
                ask(child, below);
                path.enter(below);
                at = below;
            }
        }
        return root.build();
    }

    /// The futures from the root to where the walk is. Most chains are short, and looking through them costs less than
    /// a set does.
    private static final class Path {
        private static final int SHORT = 16;

        private @Nullable Set<@Nullable Future<?>> deeper;

        void enter(Builder at) {
            if (at.depth >= SHORT) {
                Set<@Nullable Future<?>> set = deeper;
                if (set == null) {
                    set = Collections.newSetFromMap(new IdentityHashMap<>());
                    deeper = set;
                }
                set.add(at.future);
            }
        }

        void leave(Builder at) {
            if (deeper != null && at.depth >= SHORT) {
                deeper.remove(at.future);
            }
        }

        boolean contains(Builder at, Future<?> future) {
            if (deeper != null && deeper.contains(future)) {
                return true;
            }
            Builder up = at;
            while (up.depth >= SHORT && up.turn != null) {
                up = up.turn;
            }
            for (; up != null; up = up.above) {
                if (up.future == future) {
                    return true;
                }
            }
            return false;
        }
    }

    private static String labelOf(Future<?> future) {
        var only = new Builder(null, future);
        ask(future, only);
        return only.label;
    }

    /// Asks one future, which may be polled by another thread meanwhile and may be broken: what it throws must not keep
    /// the others out of a dump.
    private static void ask(@Nullable Object who, Consumer<Description> describe, Description to) {
        try {
            describe.accept(to);
        } catch (Throwable broken) {
            to.label(Words.without(who, "describe", broken));
        }
    }

    private static void ask(Future<?> future, Description to) {
        ask(future, future::describe, to);
    }

    /// The innermost future on the first branch: what a suspended chain of awaits waits for.
    ///
    /// @return the leaf
    public Trace leaf() {
        Trace at = this;
        while (!at.children.isEmpty()) {
            at = at.children.getFirst();
        }
        return at;
    }

    /// The line of the innermost await in the source, on the first branch.
    ///
    /// @return the site, or `null` when no future on the way knows one
    public @Nullable StackTraceElement innermostSite() {
        StackTraceElement found = site;
        for (Trace at = this; !at.children.isEmpty(); ) {
            at = at.children.getFirst();
            found = at.site == null ? found : at.site;
        }
        return found;
    }

    /// The tree as text, a line for each future, indented by depth.
    ///
    /// @param indent what stands before each line
    /// @return the text; each line ends with a newline
    public String toText(String indent) {
        var text = new StringBuilder();
        append(text, indent);
        return text.toString();
    }

    /// A line to be written: that of a trace, or of those beside it that are left out.
    private record Line(@Nullable Trace trace, int leftOut, int depth) {}

    private void append(StringBuilder text, String indent) {
        var lines = new ArrayDeque<Line>();
        lines.push(new Line(this, 0, 0));
        while (!lines.isEmpty()) {
            Line line = lines.pop();
            text.append(indent).repeat("  ", Math.min(line.depth, MAX_INDENT));
            if (line.trace == null) {
                text.append("and ").append(line.leftOut).append(" more\n");
                continue;
            }
            line.trace.appendLine(text);
            List<Trace> below = line.trace.children;
            int shown = Math.min(below.size(), MOST_BESIDE);
            if (shown < below.size()) {
                lines.push(new Line(null, below.size() - shown, line.depth + 1));
            }
            for (Trace child : below.subList(0, shown).reversed()) {
                lines.push(new Line(child, 0, line.depth + 1));
            }
        }
    }

    private void appendLine(StringBuilder text) {
        text.append(Words.inLine(label));
        if (site != null) {
            text.append(" at ").append(site);
        }
        if (resource != null) {
            text.append(", waits for ").append(Words.inLine(resource));
        }
        if (resourceOwner != null) {
            text.append(" (").append(resourceOwner).append(')');
        }
        text.append('\n');
    }

    /// What one future says, and how far the walk below it has come.
    private static final class Builder implements Description {
        private final @Nullable Builder above;
        private final @Nullable Future<?> future;
        private final int depth;

        /// The one above that is the deepest of a short path; none, where the path is short.
        private final @Nullable Builder turn;

        private List<Future<?>> futures = List.of();
        private List<Builder> built = List.of();
        private List<Trace> traces = List.of();
        private int next;
        private String label = "future";
        private @Nullable StackTraceElement site;
        private @Nullable String resource;
        private @Nullable TaskRef resourceOwner;
        private boolean never;

        Builder(@Nullable Builder above, @Nullable Future<?> future) {
            this.above = above;
            this.future = future;
            this.depth = above == null ? 0 : above.depth + 1;
            this.turn = above == null || depth < Path.SHORT ? null : depth == Path.SHORT ? above : above.turn;
        }

        @Nullable
        Future<?> nextFuture() {
            return next < futures.size() ? futures.get(next++) : null;
        }

        void add(Builder below) {
            if (built.isEmpty()) {
                built = new ArrayList<>(1);
            }
            built.add(below);
        }

        /// Ends this level and gives the one above.
        @Nullable
        Builder close() {
            if (!built.isEmpty()) {
                var ended = new Trace[built.size()];
                for (int i = 0; i < ended.length; i++) {
                    ended[i] = built.get(i).build();
                }
                traces = List.of(ended);
                built = List.of();
            }
            return above;
        }

        @Override
        public void label(String label) {
            this.label = Objects.requireNonNullElse(label, "future");
        }

        @Override
        public void at(StackTraceElement site) {
            this.site = site;
        }

        @Override
        public void child(Future<?> child) {
            if (futures.isEmpty()) {
                futures = new ArrayList<>(1);
            }
            futures.add(child);
        }

        @Override
        public void waitsFor(String resource, @Nullable TaskRef owner) {
            this.resource = resource;
            this.resourceOwner = owner;
        }

        @Override
        public void never() {
            never = true;
        }

        Trace build() {
            return new Trace(label, site, resource, resourceOwner, never, traces);
        }
    }
}
