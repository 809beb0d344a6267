// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
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

    /// Where the futures live that poll others: between two blocks they say nothing about the program.
    private static final Set<String> LIBRARY = Set.of(
            "dev.wakeful",
            "dev.wakeful.io",
            "dev.wakeful.stream",
            "dev.wakeful.sync",
            "dev.wakeful.task",
            "dev.wakeful.time");

    private AsyncTrace() {}

    static void clean(Throwable thrown) {
        if (thrown instanceof Unwind || thrown instanceof StackOverflowError) {
            return;
        }
        boolean isKnown = cleaned.refersTo(thrown);
        if (!isKnown) {
            cleaned = new WeakReference<>(thrown);
        }
        try {
            // what is suppressed may have come since
            if (!isKnown || thrown.getSuppressed().length > 0) {
                cleanAll(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
            }
        } catch (Throwable broken) {
            // a throwable that overrides these methods may throw in them: it is the failure all the same, with its
            // frames
        }
    }

    /// The failure, its causes and what is suppressed: printed together, they leave out the frames that they share.
    private static void cleanAll(Throwable thrown, Set<Throwable> seen) {
        for (Throwable one = thrown; one != null && seen.add(one); one = one.getCause()) {
            cleanTrace(one);
            for (Throwable suppressed : one.getSuppressed()) {
                cleanAll(suppressed, seen);
            }
        }
    }

    private static void cleanTrace(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        var kept = new ArrayList<StackTraceElement>(trace.length);
        int lastBlock = lastBlock(trace);
        boolean isInProgram = false;
        for (int i = 0; i < trace.length; i++) {
            boolean isLibrary = LIBRARY.contains(packageOf(trace[i]));
            if (!isMachinery(trace[i]) && !(isLibrary && isInProgram && i < lastBlock)) {
                kept.add(trace[i]);
                isInProgram |= !isLibrary;
            }
        }
        if (kept.size() < trace.length) {
            thrown.setStackTrace(kept.toArray(new StackTraceElement[0]));
        }
    }

    private static int lastBlock(StackTraceElement[] trace) {
        int last = trace.length - 1;
        while (last >= 0 && !isStep(trace[last])) {
            last--;
        }
        return last;
    }

    private static boolean isStep(StackTraceElement frame) {
        return frame.getMethodName().equals("step") && frame.getClassName().contains("$async$");
    }

    private static String packageOf(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.substring(0, Math.max(type.lastIndexOf('.'), 0));
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
