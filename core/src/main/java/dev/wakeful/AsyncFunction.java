// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// An async block with a parameter that gives a value. A lambda of this type may [await][Async#await].
///
/// @param <A> the type of the parameter
/// @param <R> the type of the value
@FunctionalInterface
public interface AsyncFunction<A extends @Nullable Object, R extends @Nullable Object> {
    /// The body.
    ///
    /// @param argument the argument
    /// @return the value of the block
    /// @throws Exception the failure of the block
    R apply(A argument) throws Exception;

    /// Makes a future of this block for an argument; see [AsyncBlock#start()].
    ///
    /// @param argument the argument
    /// @return the future, not started yet
    default Future<R> start(A argument) {
        return NotCompiled.start(this, () -> apply(argument));
    }
}
