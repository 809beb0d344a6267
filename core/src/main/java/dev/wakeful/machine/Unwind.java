// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

import java.io.Serial;

/// The private signal that unwinds a block that is being cancelled. No exception and no error, so no `catch` but a
/// `catch (Throwable)` could see it, and the compiler sees to that one.
public final class Unwind extends Throwable {
    @Serial
    private static final long serialVersionUID = 1;

    /// A signal without a stack trace, which takes the failures of `close()` that try-with-resources attaches.
    public Unwind() {
        super(null, null, true, false);
    }
}
