// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.await;

import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.time.Time;
import java.time.Duration;

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
}
