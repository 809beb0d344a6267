// SPDX-License-Identifier: Apache-2.0
// How much later than wanted the tasks of a runtime with two workers run while one task computes for a second and lets nobody
// else have its thread: the greatest and the 99th percentile of how late a millisecond of sleep ends, with and without it.
//
//     ./wakeful run stress/HeldUp.java
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.runtime.*;
import dev.wakeful.time.*;
import java.time.Duration;

long[] latenesses(AsyncRuntime runtime, boolean heldUp) throws Exception {
    var late = new ConcurrentLinkedQueue<Long>();
    runtime.blockOn(TaskScope.run(scope -> {
        for (int i = 0; i < 50; i++) {
            scope.spawn(() -> {
                for (long end = System.nanoTime() + 1_500_000_000L; System.nanoTime() < end; ) {
                    long wanted = System.nanoTime() + 1_000_000;
                    await(Time.sleep(Duration.ofMillis(1)));
                    late.add(System.nanoTime() - wanted);
                }
            });
        }
        if (heldUp) {
            scope.spawn(() -> {
                await(Time.sleep(Duration.ofMillis(200)));
                for (long end = System.nanoTime() + 1_000_000_000L; System.nanoTime() < end; ) {
                    Thread.onSpinWait();
                }
            });
        }
    }));
    return late.stream().mapToLong(Long::longValue).sorted().toArray();
}

void main() throws Exception {
    try (var runtime = AsyncRuntime.multiThread().workers(2).onReport(_ -> {}).build()) {
        for (boolean heldUp : new boolean[] {false, true, false, true}) {
            long[] late = latenesses(runtime, heldUp);
            IO.println(String.format(
                    "%-8s p50 %6.2f ms, p99 %6.2f ms, most %6.2f ms of %d",
                    heldUp ? "held up" : "free",
                    late[late.length / 2] / 1e6,
                    late[late.length * 99 / 100] / 1e6,
                    late[late.length - 1] / 1e6,
                    late.length));
        }
    }
}
