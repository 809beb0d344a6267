// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

/// Code that is not ours and is called in the midst of ours: wakers and hooks. Whoever happened to call it is not to
/// blame for what it throws, and what has to follow it follows.
public final class Foreign {
    private Foreign() {}

    /// Hands what such code threw to the uncaught-exception handler of the calling thread. Throws nothing: a handler
    /// that fails, as it may with a throwable that cannot be printed, is named in the error output.
    ///
    /// @param thrown what was thrown, of whatever kind
    public static void threw(Throwable thrown) {
        Thread here = Thread.currentThread();
        try {
            here.getUncaughtExceptionHandler().uncaughtException(here, thrown);
        } catch (Throwable broken) {
            System.err.println("uncaught in thread \"" + Words.inLine(here.getName()) + "\": " + Words.of(thrown)
                    + " (its handler threw " + Words.of(broken) + ")");
        }
    }
}
