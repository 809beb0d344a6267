// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.FutureSet;
import dev.wakeful.Futures.Outcome;
import java.util.List;
import java.util.function.Function;

final class FutureSetExamples {
    private FutureSetExamples() {}

    // @start region="bounded"
    /// Sums what `fetch` gives for all keys, four at a time; keys that fail count nothing.
    static Future<Integer> sum(List<String> keys, Function<String, Future<Integer>> fetch) {
        return async(() -> {
            FutureSet<Integer> running = FutureSet.unordered();
            int sum = 0;
            int next = 0;
            while (next < keys.size() || !running.isEmpty()) {
                if (next < keys.size() && running.size() < 4) {
                    running.add(fetch.apply(keys.get(next++)));
                } else if (await(running.next()) instanceof Outcome.Value<Integer>(Integer value)) {
                    sum += value;
                }
            }
            return sum;
        });
    }
    // @end
}
