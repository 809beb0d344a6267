// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.TimeoutException;
import dev.wakeful.sync.Receiver;
import dev.wakeful.time.DelayQueue;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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

    static Future<String> by(Instant end, Future<String> first, Future<String> second) {
        return async(() -> {
            // @start region="deadline"
            String beginning = await(Time.deadline(end, first));
            return beginning + await(Time.deadline(end, second)); // what the first has used up, the second has not
            // @end
        });
    }

    static Future<List<String>> expiring() {
        return async(() -> {
            var gone = new ArrayList<String>();
            // @start region="delayQueue"
            var sessions = new DelayQueue<String>("sessions");
            var ada = sessions.insert("ada", Duration.ofMillis(2));
            sessions.insert("bob", Duration.ofMillis(1));
            sessions.reset(ada, Duration.ofMillis(3)); // she was seen again
            sessions.close();
            for (DelayQueue.Item<String> expired; (expired = await(sessions.next())) != null; ) {
                gone.add(expired.value());
            }
            // @end
            return gone;
        });
    }

    static Future<List<String>> searches(Receiver<String> keys) {
        return async(() -> {
            var searched = new ArrayList<String>();
            // @start region="debounce"
            var calm = Time.debounce(Duration.ofMillis(300), keys::receive);
            for (String text; (text = await(calm.next())) != null; ) {
                searched.add(text);
            }
            // @end
            return searched;
        });
    }
}
