// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CancelledException;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What follows from a failure that nobody awaits: S-T1.
class UnhandledFailureTest {
    private final Queue<String> reported = new ConcurrentLinkedQueue<>();

    static List<Supplier<AsyncRuntime.Builder>> builders() {
        return List.of(
                AsyncRuntime::currentThread, () -> AsyncRuntime.multiThread().workers(2));
    }

    private AsyncRuntime runtime(Supplier<AsyncRuntime.Builder> builder, UnhandledFailure policy) {
        return builder.get()
                .name("shop")
                .unhandledFailures(policy)
                .onUnhandledFailure((task, failure) -> reported.add(task.name() + ": " + failure.getMessage()))
                .build();
    }

    private static Future<Object> breaks() {
        return Time.sleep(Duration.ofMillis(1)).then(_ -> Future.failed(new IOException("no orders")));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void isReportedAndTheOthersGoOn(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.REPORT)) {
            runtime.spawn("orders", breaks());
            runtime.blockOn(Time.sleep(Duration.ofMillis(5)));
            while (reported.isEmpty()) {
                runtime.blockOn(Time.sleep(Duration.ofMillis(1)));
            }
        }
        assertEquals(List.of("orders: no orders"), List.copyOf(reported));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void isIgnored(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.IGNORE)) {
            JoinHandle<Object> orders = runtime.spawn("orders", breaks());
            while (!orders.isFinished()) {
                runtime.blockOn(Time.sleep(Duration.ofMillis(1)));
            }
        }
        assertEquals(List.of(), List.copyOf(reported));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void shutsTheRuntimeDown(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.SHUT_DOWN)) {
            JoinHandle<Object> orders = runtime.spawn("orders", breaks());
            var cancelled =
                    assertThrows(CancelledException.class, () -> runtime.blockOn(Time.sleep(Duration.ofHours(1))));
            assertEquals(orders + " failed, and nobody awaits it: java.io.IOException: no orders", cancelled.reason());
            var refused = assertThrows(IllegalStateException.class, () -> runtime.blockOn(Future.ready(1)));
            assertTrue(refused.getMessage().contains("shop, which has shut down: "), refused.getMessage());
            assertTrue(runtime.spawn(Future.ready(1)).isFinished());
        }
        assertEquals(List.of("orders: no orders"), List.copyOf(reported));
    }
}
