// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The other side is closed, so that what was asked for can never happen.
///
/// Its cause is what the one who closed gave as the reason, if anything.
public final class ClosedException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient @Nullable Object value;

    /// A failure because something is closed.
    ///
    /// @param message what is closed
    /// @param value the value that could not be sent, which is handed back; `null` when none was being sent
    /// @param cause why it was closed, or `null` when nobody said
    public ClosedException(String message, @Nullable Object value, @Nullable Throwable cause) {
        super(message, cause);
        this.value = value;
    }

    /// The value that could not be sent: it is the sender's again.
    ///
    /// @return the value, or `null` when the operation was no send
    public @Nullable Object value() {
        return value;
    }
}
