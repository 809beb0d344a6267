// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// An async block without a parameter and without a value. A lambda of this type may [await][Async#await].
@FunctionalInterface
public interface AsyncAction {
    /// The body.
    ///
    /// @throws Exception the failure of the block
    void run() throws Exception;

    /// Makes a future of this block; see [AsyncBlock#start()].
    ///
    /// @return the future, not started yet
    default Future<@Nullable Void> start() {
        return NotCompiled.start(this, () -> {
            run();
            return null;
        });
    }
}
