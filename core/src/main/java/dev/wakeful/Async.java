// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The two words of async code: [#async] makes a future of a block, [#await] waits for one inside a block.
///
/// {@snippet class="AsyncExamples" region="asyncAwait"}
public final class Async {
    private Async() {}

    /// Makes a future of a block with a value. Nothing of the block runs before the first poll.
    ///
    /// @param <T> the type of the value
    /// @param block the block, a lambda
    /// @return the future
    public static <T extends @Nullable Object> Future<T> async(AsyncBlock<T> block) {
        return Objects.requireNonNull(block, "block must not be null").start();
    }

    /// Makes a future of a block without a value. Nothing of the block runs before the first poll.
    ///
    /// @param block the block, a lambda
    /// @return the future
    public static Future<@Nullable Void> async(AsyncAction block) {
        return Objects.requireNonNull(block, "block must not be null").start();
    }

    /// A future that is pending once and lets the tasks that are ready and the drivers go first.
    ///
    /// ### Cancel safety
    ///
    /// There is nothing to lose.
    ///
    /// @return the future
    public static Future<@Nullable Void> yieldNow() {
        return new YieldNow();
    }

    /// Waits for `future` and gives its value, or throws the very object that it failed with. Stands in an async block
    /// only; the compiler replaces it by a suspension of the block.
    ///
    /// ### Cancel safety
    ///
    /// When the block is cancelled here, `future` is wound down first; then the `finally` blocks around the await run,
    /// and no `catch` clause does.
    ///
    /// @param <T> the type of the value
    /// @param future what to wait for; the block is its owner from here on
    /// @return the value
    /// @throws Exception the failure of the future
    public static <T extends @Nullable Object> T await(Future<T> future) throws Exception {
        return NotCompiled.await(future);
    }
}
