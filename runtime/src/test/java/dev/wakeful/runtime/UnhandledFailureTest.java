// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.AsyncFunction;
import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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

    // ------------------------------------------------------------------------------------ children that are supervised

    /// A scope that supervises: its body is polled with it, and may wait.
    private static Future<Object> supervise(Function<TaskScope, Future<Object>> body) {
        return TaskScope.call(TaskScope.Policy.SUPERVISE, new AsyncFunction<TaskScope, Object>() {
            @Override
            public Object apply(TaskScope scope) {
                throw new IllegalStateException("start is called instead");
            }

            @Override
            public Future<Object> start(TaskScope scope) {
                return body.apply(scope);
            }
        });
    }

    private static Future<Object> until(BooleanSupplier condition) {
        return new Future<>() {
            private Future<Void> pause = Time.sleep(Duration.ofNanos(1));

            @Override
            public Poll<Object> poll(Context cx) throws Exception {
                while (!condition.getAsBoolean()) {
                    if (!pause.poll(cx).isReady()) {
                        return Poll.pending();
                    }
                    pause = Time.sleep(Duration.ofMillis(1));
                }
                return Poll.ready("reached");
            }
        };
    }

    @ParameterizedTest
    @MethodSource("builders")
    void ofASupervisedChildGoesToWhoeverAwaitsItLater(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.REPORT)) {
            Object thrown = runtime.blockOn(supervise(scope -> {
                JoinHandle<Object> orders = scope.spawn("orders", breaks());
                return until(orders::isFinished).then(_ -> orders).recover(Throwable::getMessage);
            }));
            assertEquals("no orders", thrown);
            System.gc();
            runtime.blockOn(Time.sleep(Duration.ofMillis(1)));
        }
        assertEquals(List.of(), List.copyOf(reported));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void ofASupervisedChildIsReportedAtTheEndOfItsScope(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.REPORT)) {
            var before = new AtomicReference<List<String>>();
            runtime.blockOn(supervise(scope -> {
                JoinHandle<Object> orders = scope.spawn("orders", breaks());
                return until(orders::isFinished).map(_ -> {
                    before.set(List.copyOf(reported));
                    return orders.name();
                });
            }));
            assertEquals(List.of(), before.get());
            assertEquals(List.of("orders: no orders"), List.copyOf(reported));
        }
        assertEquals(List.of("orders: no orders"), List.copyOf(reported));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void ofASupervisedChildIsReportedWhenItsHandleIsGone(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.REPORT)) {
            runtime.blockOn(supervise(scope -> {
                scope.spawn("orders", breaks());
                var spawned = new int[1];
                return until(() -> {
                    for (int i = 0; i < 100; i++) { // its scope and the runtime forget those that have ended
                        scope.spawn(Future.ready(i));
                    }
                    if (spawned[0]++ % 4 == 3) {
                        System.gc();
                    }
                    return !reported.isEmpty();
                });
            }));
        }
        assertEquals(List.of("orders: no orders"), List.copyOf(reported));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void ofASupervisedChildIsReportedWhenTheRuntimeEnds(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        var runtime = runtime(builder, UnhandledFailure.REPORT);
        var orders = new AtomicReference<JoinHandle<Object>>();
        runtime.spawn(supervise(scope -> {
            orders.set(scope.spawn("orders", breaks()));
            return neverEnds();
        }));
        runtime.blockOn(until(() -> orders.get() != null && orders.get().isFinished()));
        runtime.close(Duration.ofMillis(1));
        assertEquals(List.of("orders: no orders"), List.copyOf(reported));
    }

    /// Waits, and does not end when it is cancelled either.
    private static Future<Object> neverEnds() {
        return new Future<>() {
            @Override
            public Poll<Object> poll(Context cx) {
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) {
                cx.waker();
                return Poll.pending();
            }
        };
    }

    @ParameterizedTest
    @MethodSource("builders")
    void ofASupervisedChildIsIgnored(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.IGNORE)) {
            runtime.blockOn(supervise(scope -> scope.spawn("orders", breaks()).recover(_ -> "seen")));
            runtime.blockOn(supervise(scope -> {
                scope.spawn("orders", breaks());
                return Future.ready("not awaited");
            }));
        }
        assertEquals(List.of(), List.copyOf(reported));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void ofASupervisedChildShutsTheRuntimeDown(Supplier<AsyncRuntime.Builder> builder) throws Exception {
        try (var runtime = runtime(builder, UnhandledFailure.SHUT_DOWN)) {
            JoinHandle<Object> other = runtime.spawn(neverEnds().recover(_ -> "never"));
            runtime.blockOn(supervise(scope -> {
                scope.spawn("orders", breaks());
                return Future.ready("not awaited");
            }));
            var refused = assertThrows(IllegalStateException.class, () -> runtime.blockOn(Future.ready(1)));
            assertTrue(refused.getMessage().contains("shop, which has shut down: "), refused.getMessage());
            runtime.close(Duration.ofMillis(1));
            assertTrue(!other.isFinished());
        }
    }
}
