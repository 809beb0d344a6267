// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import org.jspecify.annotations.Nullable;

/// Starts tasks that belong to no scope but to the runtime.
public interface Spawner {
    /// The key.
    Context.Key<Spawner> KEY = Context.Key.of("spawner", "a runtime or a TestRuntime");

    /// Starts a detached task. On a runtime that is ending, the task is cancelled without being polled.
    ///
    /// @param <T> the type of the result
    /// @param name its name, or an empty string
    /// @param future what it runs; must not have been polled
    /// @return its handle
    <T extends @Nullable Object> JoinHandle<T> spawn(String name, Future<T> future);
}
