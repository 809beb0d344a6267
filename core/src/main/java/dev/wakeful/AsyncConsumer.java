// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// An async block with a parameter and without a value. A lambda of this type may [await][Async#await].
///
/// @param <A> the type of the parameter
@FunctionalInterface
public interface AsyncConsumer<A extends @Nullable Object> {
    /// The body.
    ///
    /// @param argument the argument
    /// @throws Exception the failure of the block
    void accept(A argument) throws Exception;

    /// Makes a future of this block for an argument; see [AsyncBlock#start()].
    ///
    /// @param argument the argument
    /// @return the future, not started yet
    default Future<@Nullable Void> start(A argument) {
        return NotCompiled.start(this, () -> {
            accept(argument);
            return null;
        });
    }
}
