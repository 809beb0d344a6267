// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import dev.wakeful.runtime.AsyncRuntime;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A runtime for the contestant that is ours; it lives as long as the measured process. Virtual threads have as many
/// carriers as it has threads, and coroutines as many workers.
@State(Scope.Thread)
public abstract class OnThreads {
    /// On how many threads the tasks run.
    @Param("1")
    public int threads = 1;

    private @Nullable AsyncRuntime runtime;

    /// Made by JMH.
    protected OnThreads() {}

    final AsyncRuntime runtime() {
        AsyncRuntime made = runtime;
        if (made == null) {
            made = builder().build();
            runtime = made;
        }
        return made;
    }

    private AsyncRuntime.Builder builder() {
        return threads == 1
                ? AsyncRuntime.currentThread()
                : AsyncRuntime.multiThread().workers(threads);
    }

    /// Closes the runtime.
    @TearDown
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
    }
}
