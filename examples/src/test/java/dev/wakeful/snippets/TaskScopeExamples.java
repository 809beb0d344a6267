// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.TaskScope;

final class TaskScopeExamples {
    private TaskScopeExamples() {}

    // @start region="fanOut"
    static Future<Integer> total(Future<Integer> orders, Future<Integer> returns) {
        return TaskScope.call(scope -> {
            var sold = scope.spawn(orders);
            var returned = scope.spawn(returns);
            return await(sold) - await(returned); // if one fails, the other is cancelled
        });
    }
    // @end

    static Future<Integer> failing() {
        return async(() -> {
            throw new IllegalStateException("no orders");
        });
    }
}
