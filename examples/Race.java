// SPDX-License-Identifier: Apache-2.0
// A hundred thousand sleeping tasks on one thread, and a race whose loser is cancelled.
//
//     ./wakeful run examples/Race.java
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.runtime.*;
import dev.wakeful.time.*;

Future<String> runner(String name, int millis) {
    return async(() -> {
        boolean arrived = false;
        try {
            await(Time.sleep(Duration.ofMillis(millis)));
            arrived = true;
            return name + " after " + millis + " ms";
        } finally {
            if (!arrived) {
                IO.println(name + " was called off"); // clean-up of a cancelled block runs, and may await too
            }
        }
    });
}

void main() throws Exception {
    try (var runtime = AsyncRuntime.currentThread().build()) {
        runtime.blockOn(TaskScope.run(scope -> {
            var sleepers = new ArrayList<Future<String>>();
            for (int i = 0; i < 100_000; i++) {
                sleepers.add(scope.spawn(runner("task " + i, 1000)));
            }
            IO.println(await(Futures.race(runner("hare", 30), runner("tortoise", 900))));
            IO.println(await(Futures.joinAll(sleepers)).size() + " more");
        }));
        IO.println(runtime.metrics());
    }
}
