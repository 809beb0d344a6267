// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import dev.wakeful.Future;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Runs what blocks away from the threads that poll.
public interface Blocking {
    /// The key.
    Context.Key<Blocking> KEY = Context.Key.of("blocking work", "a runtime or a TestRuntime");

    /// A future of `work`, run by the blocking work of the context it is polled with; see [#call].
    ///
    /// ### Cancel safety
    ///
    /// The thread is interrupted once, and the winding down is ready when it has left `work`; its value is discarded.
    ///
    /// @param <T> the type of the value
    /// @param work what blocks
    /// @return the future of its value, or of what it throws
    static <T extends @Nullable Object> Future<T> blocking(Callable<T> work) {
        return new BlockingCall<>(Objects.requireNonNull(work, "work must not be null"));
    }

    /// A future of `work`, run by a virtual thread of its own from the first poll on.
    ///
    /// ### Cancel safety
    ///
    /// The thread is interrupted once, and the winding down is ready when it has left `work`; its value is discarded.
    ///
    /// @param <T> the type of the value
    /// @param work what blocks
    /// @return the future of its value, or of what it throws
    <T extends @Nullable Object> Future<T> call(Callable<T> work);
}
