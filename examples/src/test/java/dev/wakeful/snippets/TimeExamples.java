// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.TimeoutException;
import dev.wakeful.time.Time;
import java.time.Duration;

final class TimeExamples {
    private TimeExamples() {}

    static Future<String> later() {
        return async(() -> {
            // @start region="sleep"
            await(Time.sleep(Duration.ofMillis(1)));
            // @end
            return "later";
        });
    }

    static Future<String> orElse(Future<String> slow, String otherwise) {
        return async(() -> {
            // @start region="timeout"
            try {
                return await(Time.timeout(Duration.ofMillis(1), slow));
            } catch (TimeoutException e) {
                return otherwise; // slow has been wound down by now
            }
            // @end
        });
    }

    static Future<Integer> ticks() {
        return async(() -> {
            int ticks = 0;
            // @start region="interval"
            var interval = Time.interval(Duration.ofMillis(1));
            while (ticks < 3) {
                await(interval.tick()); // the first at once
                ticks++;
            }
            // @end
            return ticks;
        });
    }
}
