// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.stream.AsyncStream;

final class StreamExamples {
    private StreamExamples() {}

    // @start region="next"
    static Future<Integer> sum(AsyncStream<Integer> numbers) {
        return async(() -> {
            int sum = 0;
            for (Integer next = await(numbers.next()); next != null; next = await(numbers.next())) {
                sum += next;
            }
            return sum;
        });
    }
    // @end
}
