// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

/// Threads for async blocks that were not compiled: with `-Dwakeful.await=block` each runs on one of its own and blocks
/// it in `await`. For stepping through code that the compiler has not seen; offered by a runtime.
@FunctionalInterface
public interface BlockThreads {
    /// The key.
    Context.Key<BlockThreads> KEY = Context.Key.of("threads for blocks that are not compiled", "a runtime");

    /// Starts a thread, a virtual one where there is nothing against it.
    ///
    /// @param body what it runs
    void start(Runnable body);
}
