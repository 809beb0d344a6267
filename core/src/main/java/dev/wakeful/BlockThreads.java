// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

/// Threads for async blocks that were not compiled: with `-Dwakeful.await=block` each runs on one of its own and blocks
/// it in `await`. For stepping through code that the compiler has not seen; offered by a runtime.
public interface BlockThreads {
    /// The key.
    Context.Key<BlockThreads> KEY = Context.Key.of("threads for blocks that are not compiled", "a runtime");

    /// Starts a thread, a virtual one where there is nothing against it.
    ///
    /// @param body what it runs
    void start(Runnable body);

    /// Asked before each await of the clean-up of a block that is being wound down. By default clean-up has all the
    /// time it needs.
    ///
    /// @param cx the surroundings of the poll
    /// @param site the await
    /// @return whether the grace period is over, so that the await is cut
    default boolean cuts(Context cx, StackTraceElement site) {
        return false;
    }
}
