// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.io.Serial;

/// A deadline passed: a failure, not a cancel.
public final class TimeoutException extends java.util.concurrent.TimeoutException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A timeout.
    ///
    /// @param message what took too long, and how long it had
    public TimeoutException(String message) {
        super(message);
    }
}
