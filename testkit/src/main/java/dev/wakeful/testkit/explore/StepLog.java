// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The steps of a run that is told, with the lines in the source.
final class StepLog {
    private static final String OWN = StepLog.class.getPackageName() + ".";

    private final List<String> lines = new ArrayList<>();
    private final @Nullable StackTraceElement[] sites = new StackTraceElement[Model.MAX_THREADS];

    /// A thread is about to take a step; called on its own stack.
    void announced(ModelThread thread) {
        sites[thread.index] = StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::toStackTraceElement)
                        .filter(frame -> !isOurs(frame.getClassName()))
                        .findFirst()
                        .orElse(null));
    }

    private static boolean isOurs(String type) {
        return type.equals(OWN + "Points") || type.equals(OWN + "Execution") || type.equals(OWN + "StepLog");
    }

    /// A store reaches memory.
    void taken(StoreBuffer buffer) {
        var text = new StringBuilder("the store of ").append(buffer.thread.name).append(" to ");
        text.append(buffer.field == null ? "" : buffer.field + " of ");
        lines.add(text.append(buffer.target == null ? "memory" : simpleName(buffer.target))
                .append(" is seen by the others")
                .toString());
    }

    /// A thread takes the step it announced.
    void taken(ModelThread thread) {
        lines.add(thread.name + " " + words(thread));
    }

    /// The step in words: `reads waker of WakerCell at WakerCell.register(WakerCell.java:67)`.
    String words(ModelThread thread) {
        var text = new StringBuilder(thread.step.words);
        if (thread.field != null) {
            text.append(' ').append(thread.field);
        }
        if (thread.target instanceof ModelThread other) {
            text.append(' ').append(other.name);
        } else if (thread.target != null && thread.step != Step.START) {
            text.append(thread.field == null ? " " : " of ").append(simpleName(thread.target));
        }
        StackTraceElement site = sites[thread.index];
        if (site != null && thread.step != Step.START) {
            text.append(" at ").append(simple(site.getClassName())).append('.').append(site.getMethodName());
            text.append('(')
                    .append(site.getFileName())
                    .append(':')
                    .append(site.getLineNumber())
                    .append(')');
        }
        return text.toString();
    }

    private static String simpleName(Object target) {
        return simple(
                target instanceof Class<?> type
                        ? type.getName()
                        : target.getClass().getName());
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
    }

    List<String> lines() {
        return lines;
    }
}
