// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.TaskLocal;
import dev.wakeful.TaskScope;

final class TaskLocalExamples {
    private TaskLocalExamples() {}

    // @start region="traceId"
    static final ScopedValue<String> TRACE_ID = ScopedValue.newInstance();

    static Future<String> handle(String id, Future<String> lookUp) {
        return TaskLocal.of(TRACE_ID).bind(id, TaskScope.call(scope -> {
            var found = scope.spawn(() -> await(lookUp) + log("found")); // a child sees it too
            return await(found);
        }));
    }

    static String log(String message) {
        return " [" + TRACE_ID.get() + "] " + message; // any code that runs in the task
    }
    // @end
}
