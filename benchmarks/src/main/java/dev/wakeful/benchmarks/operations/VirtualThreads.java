// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// Runs a batch on a virtual thread; the batch is long enough that the way there and back does not show.
final class VirtualThreads {
    private VirtualThreads() {}

    static <T> T call(Callable<T> batch) throws Exception {
        var task = new FutureTask<>(batch);
        Thread.ofVirtual().start(task);
        return task.get();
    }
}
