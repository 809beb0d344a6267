// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.Futures.Outcome;
import dev.wakeful.JoinPolicy;
import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import java.time.Duration;

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

    // @start region="firstSuccess"
    static Future<String> fastest(Future<String> here, Future<String> there) {
        return TaskScope.join(JoinPolicy.firstSuccess(), scope -> {
            scope.spawn(here);
            scope.spawn(there); // whoever has a value first has the other one cancelled
        });
    }
    // @end

    // @start region="options"
    static Future<Integer> inTime(Future<Integer> orders, Future<Integer> returns) {
        return TaskScope.options()
                .timeout(Duration.ofSeconds(2)) // then all is cancelled, and TimeoutException thrown
                .grace(Duration.ofMillis(500)) // for clean-up that awaits
                .call(scope -> {
                    var sold = scope.spawn(orders);
                    var returned = scope.spawn(returns);
                    return await(sold) - await(returned);
                });
    }
    // @end

    // @start region="policy"
    /// Enough when so many children agree.
    static final class Quorum implements JoinPolicy<Boolean, Boolean> {
        private final int needed;
        private int votes;

        Quorum(int needed) {
            this.needed = needed;
        }

        @Override
        public Next ended(TaskRef child, Outcome<Boolean> outcome) {
            return switch (outcome) {
                case Outcome.Value<Boolean>(Boolean vote) when vote -> ++votes < needed ? Next.GO_ON : Next.CANCEL_REST;
                case Outcome.Value<Boolean> no -> Next.GO_ON;
                case Outcome.Failure<Boolean> broken -> Next.REPORT;
            };
        }

        @Override
        public Boolean result() {
            return votes >= needed;
        }
    }
    // @end

    static Future<Integer> failing() {
        return async(() -> {
            throw new IllegalStateException("no orders");
        });
    }
}
