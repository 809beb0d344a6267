// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.io.Serial;

/// A receiver of a [Broadcast] was too slow: values were overwritten before it received them. Said once; the next
/// receive goes on at the oldest value that is there.
public final class LaggedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final long missed;

    LaggedException(long missed) {
        super("the receiver missed " + missed + (missed == 1 ? " value" : " values"));
        this.missed = missed;
    }

    /// How many values were lost.
    ///
    /// @return the exact number
    public long missed() {
        return missed;
    }
}
