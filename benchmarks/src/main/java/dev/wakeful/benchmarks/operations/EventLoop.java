// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// The least that makes `CompletableFuture` run on one thread: a queue, emptied until the awaited one is done.
final class EventLoop implements Executor {
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        queue.addLast(task);
    }

    <T> T await(CompletableFuture<T> future) {
        while (!future.isDone()) {
            Runnable next = queue.pollFirst();
            if (next == null) {
                throw new IllegalStateException("nothing is left to run, and the future is not done");
            }
            next.run();
        }
        return future.join();
    }
}
