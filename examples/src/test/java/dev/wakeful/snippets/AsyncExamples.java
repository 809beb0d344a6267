// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.time.Time;
import java.time.Duration;

final class AsyncExamples {
    private AsyncExamples() {}

    // @start region="asyncAwait"
    static Future<String> greet(String name) {
        return async(() -> {
            await(Time.sleep(Duration.ofMillis(1)));
            return "Hello, " + name;
        });
    }
    // @end
}
