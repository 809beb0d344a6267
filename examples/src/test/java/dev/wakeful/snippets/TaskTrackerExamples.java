// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.TaskScope;
import dev.wakeful.TaskTracker;
import java.util.List;

final class TaskTrackerExamples {
    private TaskTrackerExamples() {}

    // @start region="drain"
    static Future<Void> drain(List<Future<?>> connections, Future<Void> housekeeping) {
        return TaskScope.run(scope -> {
            var tracker = new TaskTracker();
            scope.spawnBackground(housekeeping); // not counted, and cancelled at the end
            for (var connection : connections) {
                tracker.spawn(scope, connection);
            }
            tracker.close(); // no more to come
            await(tracker.ended()); // their results are nobody's business
        });
    }
    // @end
}
