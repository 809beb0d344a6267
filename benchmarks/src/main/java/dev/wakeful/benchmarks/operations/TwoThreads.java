// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import dev.wakeful.runtime.AsyncRuntime;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A runtime of two workers for the contestant that is ours; it lives as long as the measured process. Virtual threads
/// have two carriers.
@State(Scope.Thread)
public abstract class TwoThreads {
    private @Nullable AsyncRuntime runtime;

    /// Made by JMH.
    protected TwoThreads() {}

    final AsyncRuntime runtime() {
        AsyncRuntime made = runtime;
        if (made == null) {
            made = AsyncRuntime.multiThread().workers(2).build();
            runtime = made;
        }
        return made;
    }

    /// Closes the runtime.
    @TearDown
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
    }
}
