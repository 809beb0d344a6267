// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// An async block without a parameter that gives a value. A lambda of this type may [await][Async#await]; the compiler
/// turns it into a state machine.
///
/// @param <T> the type of the value
@FunctionalInterface
public interface AsyncBlock<T extends @Nullable Object> {
    /// The body.
    ///
    /// @return the value of the block
    /// @throws Exception the failure of the block
    T run() throws Exception;

    /// Makes a future of this block; each call a new one, as often as wanted. Overridden by what the compiler puts in
    /// the lambda's place; a block that was not compiled fails at its first poll and says which line to add to the
    /// build.
    ///
    /// @return the future, not started yet
    default Future<T> start() {
        return NotCompiled.start(this, this::run);
    }
}
