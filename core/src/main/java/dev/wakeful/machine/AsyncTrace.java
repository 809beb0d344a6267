// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes the frames of the machinery out of a stack trace, so that the chain of awaits reads as the source does.
final class AsyncTrace {
    /// The one cleaned last: on its way up it passes every machine of the chain, and is cleaned at the first. Written
    /// without order; a thread that sees another one's cleans its own once more.
    private static volatile WeakReference<@Nullable Throwable> cleaned = new WeakReference<>(null);

    /// What stands between the body of a scope and the block that awaits the scope.
    private static final Set<String> BETWEEN = Set.of(
            "dev.wakeful.CheckedFuture",
            "dev.wakeful.ScopeFuture",
            "dev.wakeful.task.Scope",
            "dev.wakeful.task.ScopeBody");

    private AsyncTrace() {}

    static void clean(Throwable thrown) {
        if (thrown instanceof Unwind || thrown instanceof StackOverflowError || cleaned.refersTo(thrown)) {
            return;
        }
        cleaned = new WeakReference<>(thrown);
        try {
            cleanTrace(thrown);
        } catch (Throwable broken) {
            // a throwable that overrides these methods may throw in them: it is the failure all the same, with its
            // frames
        }
    }

    private static void cleanTrace(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        var kept = new ArrayList<StackTraceElement>(trace.length);
        for (StackTraceElement frame : trace) {
            if (!isMachinery(frame)) {
                kept.add(frame);
            }
        }
        if (kept.size() < trace.length) {
            thrown.setStackTrace(kept.toArray(new StackTraceElement[0]));
        }
    }

    private static boolean isMachinery(StackTraceElement frame) {
        String type = frame.getClassName();
        return switch (frame.getMethodName()) {
            case "step", "again" -> type.contains("$async$");
            case "pollRaw" ->
                type.equals("dev.wakeful.Future")
                        || type.equals("dev.wakeful.machine.Machine")
                        || BETWEEN.contains(type);
            default -> type.startsWith("dev.wakeful.machine.") || BETWEEN.contains(type);
        };
    }
}
