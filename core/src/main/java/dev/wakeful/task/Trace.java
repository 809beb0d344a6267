// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import java.util.ArrayList;
import java.util.List;
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

    /// Deeper chains are cut off here, so that a cycle of futures cannot keep a dump from ending.
    private static final int MAX_DEPTH = 10_000;

    /// Asks a future to describe itself and all below it. Polls nothing.
    ///
    /// @param future the future
    /// @return its trace
    public static Trace of(Future<?> future) {
        return describe(future::describe, 0);
    }

    /// Asks a task to describe what it runs.
    ///
    /// @param task the task
    /// @return the trace of its future
    public static Trace ofTask(Task<?> task) {
        return describe(task::describeBody, 0);
    }

    private static Trace describe(Consumer<Description> source, int depth) {
        var builder = new Builder(depth);
        source.accept(builder);
        return builder.build();
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

    private void append(StringBuilder text, String indent) {
        text.append(indent).append(label);
        if (site != null) {
            text.append(" at ").append(site);
        }
        if (resource != null) {
            text.append(", waits for ").append(resource);
        }
        if (resourceOwner != null) {
            text.append(" (").append(resourceOwner).append(')');
        }
        text.append('\n');
        for (Trace child : children) {
            child.append(text, indent + "  ");
        }
    }

    private static final class Builder implements Description {
        private final int depth;
        private final List<Trace> children = new ArrayList<>();
        private String label = "future";
        private @Nullable StackTraceElement site;
        private @Nullable String resource;
        private @Nullable TaskRef resourceOwner;
        private boolean never;

        Builder(int depth) {
            this.depth = depth;
        }

        @Override
        public void label(String label) {
            this.label = label;
        }

        @Override
        public void at(StackTraceElement site) {
            this.site = site;
        }

        @Override
        public void child(Future<?> child) {
            if (depth < MAX_DEPTH) {
                children.add(describe(child::describe, depth + 1));
            }
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
            return new Trace(label, site, resource, resourceOwner, never, List.copyOf(children));
        }
    }
}
