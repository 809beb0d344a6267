// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.Futures;

final class FuturesExamples {
    private FuturesExamples() {}

    // @start region="join"
    static Future<String> page(Future<String> title, Future<Integer> visits) {
        return async(() -> {
            var both = await(Futures.join(title, visits)); // both run at once
            return both.first() + ": " + both.second() + " visits";
        });
    }
    // @end
}
