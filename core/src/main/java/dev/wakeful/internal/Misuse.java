// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

/// The words for futures that are polled when they must not be.
public final class Misuse {
    private static final String BODY_ENDS_WITH = "Ldev/wakeful/Context;)Ljava/lang/Object;";

    /// Classes are retained because a frame tells its descriptor only then.
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private Misuse() {}

    /// A poll after the end.
    ///
    /// @param past what became of the future: `returned Ready`
    /// @param future the future, as it describes itself
    /// @return the exception to throw
    public static IllegalStateException polledAfter(String past, Object future) {
        return polledAfter(
                past, future, "await a future once, make a new one for each await, or let shared() give it to many");
    }

    /// A poll after the end.
    ///
    /// @param past what became of the future: `returned Ready`
    /// @param future the future, as it describes itself
    /// @param advice what to do instead
    /// @return the exception to throw
    public static IllegalStateException polledAfter(String past, Object future, String advice) {
        return new IllegalStateException(
                "future was polled after it had " + past + ": " + future + site() + "; " + advice);
    }

    /// A poll that returned `null`.
    ///
    /// @param future the future, as it describes itself
    /// @return the exception to throw
    public static NullPointerException nullPolled(Object future) {
        return new NullPointerException("poll returned null: " + future + site()
                + "; return Poll.ready(value), which may be of null, or Poll.pending()");
    }

    /// A poll by a second task.
    ///
    /// @param first the task that polled it before
    /// @param second the task that polls it now
    /// @param future the future, as it describes itself
    /// @return the exception to throw
    public static IllegalStateException secondOwner(Object first, Object second, Object future) {
        return new IllegalStateException("future belongs to " + first + " and was polled by " + second + ": " + future
                + site() + "; use shared() to let several tasks await it");
    }

    /// The await that the calling poll comes from, when it comes from a block.
    private static String site() {
        return WALKER.walk(frames -> frames.filter(Misuse::isBody)
                .findFirst()
                .map(frame -> ", awaited at " + inWords(frame))
                .orElse(""));
    }

    /// Whether a frame is that of a compiled block, whose body stays a method of the user's class.
    private static boolean isBody(StackWalker.StackFrame frame) {
        return frame.getMethodName().startsWith("lambda$")
                && frame.getDescriptor().endsWith(BODY_ENDS_WITH);
    }

    private static String inWords(StackWalker.StackFrame frame) {
        String type = frame.getClassName();
        String method = frame.getMethodName();
        int end = method.lastIndexOf('$');
        String within = end > "lambda$".length() ? method.substring("lambda$".length(), end) : method;
        return type.substring(type.lastIndexOf('.') + 1) + "." + within + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
