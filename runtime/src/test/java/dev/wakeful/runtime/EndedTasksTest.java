// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.AsyncFunction;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.task.Quiescence;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What has ended is free, while its scope and its runtime go on.
class EndedTasksTest {
    /// Spawns a hundred children again and again, and lets them end in between.
    private static final class Spawning implements Future<Integer> {
        private final TaskScope scope;
        private final List<WeakReference<?>> children;
        private Future<Void> pause = Async.yieldNow();
        private int rounds;

        Spawning(TaskScope scope, List<WeakReference<?>> children) {
            this.scope = scope;
            this.children = children;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            while (pause.poll(cx).isReady()) {
                if (++rounds < 200) {
                    for (int i = 0; i < 100; i++) {
                        children.add(new WeakReference<>(scope.spawn(Future.ready(i))));
                    }
                } else if (haveEnded()) {
                    return Poll.ready(stillThere());
                }
                pause = Async.yieldNow();
            }
            return Poll.pending();
        }

        private boolean haveEnded() {
            return children.stream()
                    .allMatch(child -> !(child.get() instanceof JoinHandle<?> handle) || handle.isFinished());
        }

        private int stillThere() {
            Quiescence.collect();
            return (int)
                    children.stream().filter(child -> !child.refersTo(null)).count();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ofAScopeThatSpawnsForEverAreNotRetained(Kind kind) throws Exception {
        var children = new ArrayList<WeakReference<?>>();
        try (var runtime = kind.builder().build()) {
            int left = runtime.blockOn(TaskScope.call(new AsyncFunction<TaskScope, Integer>() {
                @Override
                public Integer apply(TaskScope scope) {
                    throw new IllegalStateException("start is called instead");
                }

                @Override
                public Future<Integer> start(TaskScope scope) {
                    return new Spawning(scope, children);
                }
            }));
            assertEquals(19_900, children.size());
            assertTrue(left < 10_000, left + " of 19,900 are still reachable"); // both lists are swept now and then
        }
    }
}
