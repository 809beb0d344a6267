// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The place in the user's code that called into the library. To find it takes some microseconds.
public final class CallSite {
    private static final StackWalker STACK = StackWalker.getInstance();

    private static final Set<String> LIBRARY = Set.of(
            "dev.wakeful",
            "dev.wakeful.internal",
            "dev.wakeful.machine",
            "dev.wakeful.task",
            "dev.wakeful.spi",
            "dev.wakeful.io",
            "dev.wakeful.sync",
            "dev.wakeful.time",
            "dev.wakeful.net",
            "dev.wakeful.runtime",
            "dev.wakeful.testkit");

    private CallSite() {}

    /// The innermost frame that is not ours.
    ///
    /// @param ours tells those that are passed over
    /// @return the frame, or `null` when there is none
    public static @Nullable StackTraceElement outside(Predicate<StackWalker.StackFrame> ours) {
        return STACK.walk(frames -> frames.skip(1) // this method
                .filter(frame -> !ours.test(frame))
                .findFirst()
                .map(StackWalker.StackFrame::toStackTraceElement)
                .orElse(null));
    }

    /// Whether a frame is of a class in one of the library's packages.
    ///
    /// @param frame the frame
    /// @return `true` for the library's own
    public static boolean isLibrary(StackWalker.StackFrame frame) {
        String type = frame.getClassName();
        return LIBRARY.contains(type.substring(0, Math.max(0, type.lastIndexOf('.'))));
    }
}
