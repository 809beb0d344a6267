// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wakeful.Async;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.spi.Spawner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The order of polls on one thread: semantics S-E2 and S-E6.
class CurrentThreadTest {
    private AsyncRuntime runtime() {
        return AsyncRuntime.currentThread().name("test").seed(1).build();
    }

    /// Says its name `times` times, and lets others go first in between.
    private static Future<String> speaker(List<String> trace, String name, int times) {
        var said = new int[1];
        return cx -> {
            trace.add(name + said[0]);
            if (++said[0] == times) {
                return Poll.ready(name);
            }
            cx.waker().wake();
            return Poll.pending();
        };
    }

    @Test
    void tasksThatWakeThemselvesTakeTurns() throws Exception {
        var trace = new ArrayList<String>();
        try (var runtime = runtime()) {
            Future<JoinHandle<String>> spawns = cx -> {
                cx.get(Spawner.KEY).spawn("", speaker(trace, "a", 3));
                return Poll.ready(cx.get(Spawner.KEY).spawn("", speaker(trace, "b", 3)));
            };
            runtime.blockOn(spawns.then(handle -> handle));
        }
        assertEquals(List.of("a0", "b0", "a1", "b1", "a2", "b2"), trace);
    }

    @Test
    void yieldGoesBehindAllThatIsReady() throws Exception {
        var trace = new ArrayList<String>();
        try (var runtime = runtime()) {
            var yields = Async.yieldNow().map(_ -> trace.add("yielded"));
            runtime.spawn(yields);
            runtime.blockOn(speaker(trace, "a", 3));
            runtime.blockOn(Async.yieldNow());
        }
        assertEquals(List.of("a0", "a1", "a2", "yielded"), trace);
    }

    @Test
    void aRuntimeOfTheCurrentThreadHasNoWorkers() {
        var builder = AsyncRuntime.currentThread();
        assertEquals(
                "a runtime of the current thread has no workers, but 2 were asked for; use AsyncRuntime.multiThread()",
                assertThrows(IllegalStateException.class, () -> builder.workers(2))
                        .getMessage());
    }
}
