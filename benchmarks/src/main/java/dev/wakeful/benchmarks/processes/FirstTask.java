// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.runtime.AsyncRuntime;

/// The smallest program: a task that gives way once, joined by the first one.
public final class FirstTask {
    private FirstTask() {}

    /// The entry of the process.
    ///
    /// @param words the contestant
    /// @throws Exception never
    public static void main(String[] words) throws Exception {
        switch (words[0]) {
            case "wakeful" ->
                AsyncRuntime.run(scope -> await(scope.spawn(() -> {
                    await(yieldNow());
                })));
            case "virtualThreads" -> Thread.ofVirtual().start(Thread::yield).join();
            case "kotlinx" -> Coroutines.crowd(1, 1);
            default -> throw new IllegalArgumentException("there is no first task of " + words[0]);
        }
        System.out.println("woken");
    }
}
