// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.io.Serial;

/// A task waits for something that can never happen: nothing is left that could wake it.
///
/// The message names the future, where it is awaited, what it waits for, and what to do about it.
public final class LostWakerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A lost waker.
    ///
    /// @param message the report
    public LostWakerException(String message) {
        super(message);
    }
}
