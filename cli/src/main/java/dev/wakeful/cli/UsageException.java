// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import org.jspecify.annotations.Nullable;

/// A fault of the user's: its message is printed without a stack trace, and the command ends with its exit code.
public final class UsageException extends Exception {
    private final int exitCode;

    /// A fault in how the command was called, which ends it with exit code 2.
    ///
    /// @param message one clause
    public UsageException(String message) {
        this(2, message, null);
    }

    /// A fault.
    ///
    /// @param exitCode what the command ends with, not 0
    /// @param message one clause
    /// @param cause what led to it, if anything
    public UsageException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
