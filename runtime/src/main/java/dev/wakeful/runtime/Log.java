// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.internal.Words;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// The log of this package. Its logger is looked up when the first line is written: it takes some milliseconds to come
/// up, and most programs write none.
final class Log {
    private Log() {}

    private static final class Looked {
        static final System.Logger UP = System.getLogger("dev.wakeful.runtime");
    }

    static void log(Level level, String text) {
        log(level, text, null);
    }

    /// Writes a line. Throws nothing: a logger of the program's that fails, as it may with a throwable that cannot be
    /// printed, must not end the thread that polls.
    static void log(Level level, String text, @Nullable Throwable thrown) {
        try {
            Looked.UP.log(level, text, thrown);
        } catch (Throwable broken) {
            System.err.println(text + ": " + Words.of(thrown) + " (the logger threw " + Words.of(broken) + ")");
        }
    }
}
