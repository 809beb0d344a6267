// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Makes the stack trace of a failure go on with the awaits of the one who gets it.
///
/// A task fails on a stack that ends at its executor. What follows there says nothing about the program, so it gives
/// way to the blocks of the task that awaits the failed one: line by line the await, and what awaits that.
final class JoinTrace {
    private static final String BODY_ENDS_WITH = "Ldev/wakeful/Context;)Ljava/lang/Object;";
    private static final String TASK = Task.class.getName();

    /// Classes are retained because a frame tells its descriptor only then.
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private JoinTrace() {}

    /// Called in the poll of the one who gets the failure, before it is thrown there.
    static void goOn(Throwable failure) {
        try {
            goOnHere(failure);
        } catch (Throwable broken) {
            // a throwable may override the methods of its trace and throw in them: it is the failure all the same
        }
    }

    private static void goOnHere(Throwable failure) {
        StackTraceElement[] own = failure.getStackTrace();
        if (own.length == 0) {
            return;
        }
        List<StackTraceElement> awaits = WALKER.walk(frames -> frames.filter(JoinTrace::isBody)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList());
        if (awaits.isEmpty()) {
            return;
        }
        int end = 0;
        while (end < own.length && !own[end].getClassName().equals(TASK)) {
            end++;
        }
        var whole = new ArrayList<>(Arrays.asList(own).subList(0, end));
        whole.addAll(awaits);
        failure.setStackTrace(whole.toArray(StackTraceElement[]::new));
    }

    /// As [#goOn], unless the failure came on the stack of the one who gets it, or went on there before.
    static void goOnOnce(Throwable failure) {
        try {
            if (!isHere(failure)) {
                goOnHere(failure);
            }
        } catch (Throwable broken) {
            // as in goOn
        }
    }

    private static boolean isHere(Throwable failure) {
        List<StackTraceElement> own = Arrays.asList(failure.getStackTrace());
        return WALKER.walk(frames -> frames.filter(JoinTrace::isBody)
                .findFirst()
                .map(frame -> own.contains(frame.toStackTraceElement()))
                .orElse(true));
    }

    /// Whether a frame is that of a compiled block: a method that takes the machine and the context.
    private static boolean isBody(StackWalker.StackFrame frame) {
        String descriptor = frame.getDescriptor();
        return descriptor.endsWith(BODY_ENDS_WITH)
                && (descriptor.contains("$async$") || descriptor.contains("Ldev/wakeful/machine/Machine;"));
    }
}
