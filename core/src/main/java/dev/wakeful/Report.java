// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Something that goes on but should not: code that would hang, leak or slow others down.
///
/// A runtime gives its reports to the handler it was built with, by default to the log; a `TestRuntime` fails the test.
/// Each kind has an id, under which the page of reports says what it means and what to do.
///
/// @param id the kind of report, as `self-wake`
/// @param message what happened, to whom, and what would be right
/// @param task the task it is about, or `null`
/// @param stack where a thread was, innermost frame first, as the stack of this throwable; or `null`
public record Report(
        String id,
        String message,
        @Nullable TaskRef task,
        @Nullable Throwable stack) {
    /// Takes reports: what those who find something ask the context of a poll for.
    public static final Context.Key<Consumer<Report>> KEY = Context.Key.of("reports", "a runtime or a TestRuntime");

    /// Checks that there is something to say.
    public Report {
        Objects.requireNonNull(id, "id must not be null");
        Objects.requireNonNull(message, "message must not be null");
    }

    /// A report without a stack.
    ///
    /// @param id the kind of report
    /// @param message what happened, to whom, and what would be right
    /// @param task the task it is about, or `null`
    public Report(String id, String message, @Nullable TaskRef task) {
        this(id, message, task, null);
    }

    /// The message with the id in front of it.
    @Override
    public String toString() {
        return "[" + id + "] " + message;
    }
}
