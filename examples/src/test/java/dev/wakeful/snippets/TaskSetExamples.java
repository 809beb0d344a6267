// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.Futures.Outcome;
import dev.wakeful.TaskScope;
import dev.wakeful.TaskSet;
import java.util.ArrayList;
import java.util.List;

final class TaskSetExamples {
    private TaskSetExamples() {}

    // @start region="asTheyEnd"
    static Future<List<Outcome<String>>> asTheyEnd(List<Future<String>> jobs) {
        return TaskScope.call(scope -> {
            TaskSet<String> tasks = TaskSet.in(scope);
            for (var job : jobs) {
                tasks.spawn(job);
            }
            var outcomes = new ArrayList<Outcome<String>>();
            for (var next = await(tasks.next()); next != null; next = await(tasks.next())) {
                outcomes.add(next);
            }
            return outcomes;
        });
    }
    // @end
}
