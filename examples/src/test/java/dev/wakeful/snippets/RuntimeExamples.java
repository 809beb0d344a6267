// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.await;

import dev.wakeful.TaskScope;
import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

final class RuntimeExamples {
    private RuntimeExamples() {}

    static int run() throws Exception {
        var ended = new int[1];
        // @start region="run"
        AsyncRuntime.run(scope -> {
            for (int i = 0; i < 1_000; i++) {
                scope.spawn(() -> {
                    await(Time.sleep(Duration.ofMillis(1)));
                    ended[0]++; // one thread runs all tasks
                });
            }
        }); // returns when all of them have ended
        // @end
        return ended[0];
    }

    static int multiThread() throws Exception {
        var ended = new AtomicInteger();
        // @start region="multiThread"
        try (var runtime = AsyncRuntime.multiThread().workers(4).build()) {
            runtime.blockOn(TaskScope.run(scope -> {
                for (int i = 0; i < 1_000; i++) {
                    scope.spawn(() -> {
                        await(Time.sleep(Duration.ofMillis(1)));
                        ended.incrementAndGet(); // up to four tasks run at the same time
                    });
                }
            }));
        }
        // @end
        return ended.get();
    }
}
