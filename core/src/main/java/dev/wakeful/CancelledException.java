// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.io.Serial;

/// The outcome of a task that was cancelled, thrown to those who await it.
///
/// It is not a failure: no scope and no policy treats it as one, and it is not a timeout. The block that is being
/// cancelled never sees it; its `finally` blocks run, none of its `catch` clauses does.
public final class CancelledException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String reason;

    /// A cancelled outcome.
    ///
    /// @param task what was cancelled, as it describes itself
    /// @param reason who asked and why
    public CancelledException(String task, String reason) {
        super(task + " was cancelled: " + reason);
        this.reason = reason;
    }

    /// Who asked for the cancel and why.
    ///
    /// @return the words of the one who cancelled
    public String reason() {
        return reason;
    }
}
