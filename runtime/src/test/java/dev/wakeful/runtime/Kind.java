// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Future;
import java.util.regex.Pattern;

/// The kinds of runtimes that what is true of every runtime is tested with.
enum Kind {
    CURRENT_THREAD {
        @Override
        AsyncRuntime.Builder builder() {
            return AsyncRuntime.currentThread();
        }
    },

    ONE_WORKER {
        @Override
        AsyncRuntime.Builder builder() {
            return AsyncRuntime.multiThread().workers(1);
        }
    },

    /// More threads than the machine may have, queues that overflow at once, and polls that are cut short.
    CROWDED {
        @Override
        AsyncRuntime.Builder builder() {
            return AsyncRuntime.multiThread().workers(4).queueCapacity(2).budget(1);
        }
    };

    private static final Pattern BUSY = Pattern.compile("\"status\":\"(new|ready|running)\"");

    abstract AsyncRuntime.Builder builder();

    /// Waits until no task is ready or polled.
    static void settle(AsyncRuntime runtime) throws Exception {
        runtime.blockOn(Future.ready(null));
        while (BUSY.matcher(runtime.dump().json()).find()) {
            Thread.onSpinWait();
        }
    }
}
