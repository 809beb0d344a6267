// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.TimeoutException;
import dev.wakeful.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Policies of scopes and shielded regions: semantics S-X2, S-X5 and S-D10.
@ParameterizedClass
@EnumSource(Kind.class)
class ScopePolicyTest {
    private final Kind kind;
    private final List<String> reported = Collections.synchronizedList(new ArrayList<>());

    ScopePolicyTest(Kind kind) {
        this.kind = kind;
    }

    private AsyncRuntime runtime() {
        return kind.builder()
                .name("test")
                .onUnhandledFailure((task, failure) -> reported.add(task.name() + ": " + failure.getMessage()))
                .build();
    }

    /// A scope whose body is `body` applied to the scope.
    private static <T> Future<T> scope(TaskScope.Policy policy, Function<TaskScope, Future<T>> body) {
        return new CheckedFuture<>() {
            private Future<T> opened;

            @Override
            protected Object advance(Context cx) throws Exception {
                if (opened == null) {
                    opened = cx.get(TaskScope.OPENER).open(TaskScope.options().policy(policy), body, cx);
                }
                return opened.pollRaw(cx);
            }

            @Override
            protected boolean release(Context cx) throws Exception {
                return opened == null || opened.pollCancel(cx).isReady();
            }
        };
    }

    @Test
    void supervisedFailureCancelsNobodyAndIsReported() throws Exception {
        try (var runtime = runtime()) {
            var result = runtime.blockOn(scope(TaskScope.Policy.SUPERVISE, scope -> {
                scope.spawn("bad", Future.failed(new IOException("broken")));
                return scope.spawn("good", Time.sleep(Duration.ofMillis(2)).map(_ -> "done"));
            }));
            assertEquals("done", result);
            assertEquals(List.of("bad: broken"), reported);
        }
    }

    @Test
    void supervisedFailureThatIsAwaitedGoesToWhoAwaitsIt() throws Exception {
        var broken = new IOException("broken");
        try (var runtime = runtime()) {
            var seen = runtime.blockOn(scope(TaskScope.Policy.SUPERVISE, scope -> {
                Future<Object> fails = Time.sleep(Duration.ofMillis(1)).then(_ -> Future.failed(broken));
                return scope.spawn("bad", fails).recover(failure -> failure);
            }));
            assertSame(broken, seen);
            assertEquals(List.of(), reported);
        }
    }

    @Test
    void failureOfTheBodyEndsASupervisedScope() throws Exception {
        try (var runtime = runtime()) {
            var child = new AtomicReference<Future<?>>();
            assertThrows(
                    IOException.class,
                    () -> runtime.blockOn(scope(TaskScope.Policy.SUPERVISE, scope -> {
                        child.set(scope.spawn("child", Time.sleep(Duration.ofHours(1))));
                        return Future.failed(new IOException("body"));
                    })));
            assertEquals(0, runtime.metrics().tasksLive());
        }
    }

    @Test
    void firstFailureCancelsTheOthersByDefault() throws Exception {
        try (var runtime = runtime()) {
            assertThrows(
                    IOException.class,
                    () -> runtime.blockOn(scope(TaskScope.Policy.FAIL_FAST, scope -> {
                        scope.spawn("long", Time.sleep(Duration.ofHours(1)));
                        scope.spawn("bad", Future.failed(new IOException("broken")));
                        return Future.ready(null);
                    })));
            assertEquals(List.of(), reported);
        }
    }

    @Test
    void shieldedRegionIsFinishedBeforeTheCancelTakesEffect() throws Exception {
        var trace = new ArrayList<String>();
        try (var runtime = runtime()) {
            Future<Object> region = Time.sleep(Duration.ofMillis(20)).map(_ -> {
                trace.add("region finished");
                return null;
            });
            assertThrows(
                    TimeoutException.class, () -> runtime.blockOn(Time.timeout(Futures.shield(region), Duration.ZERO)));
            assertEquals(List.of("region finished"), trace);
        }
    }

    @Test
    void resourceOfAShieldedRegionThatNobodyGetsIsClosed() throws Exception {
        var closed = new ArrayList<String>();
        AutoCloseable resource = () -> closed.add("closed");
        try (var runtime = runtime()) {
            Future<AutoCloseable> opens = Time.sleep(Duration.ofMillis(20)).map(_ -> resource);
            assertThrows(
                    TimeoutException.class, () -> runtime.blockOn(Time.timeout(Futures.shield(opens), Duration.ZERO)));
            assertEquals(List.of("closed"), closed);
            assertSame(resource, runtime.blockOn(Futures.shield(Future.ready(resource))));
            assertEquals(List.of("closed"), closed);
        }
    }

    @Test
    void shieldThatWasNeverPolledDoesNotStart() throws Exception {
        var polls = new ArrayList<String>();
        Future<Object> region = cx -> {
            polls.add("poll");
            return Poll.ready(null);
        };
        assertTrue(Futures.shield(region)
                .pollCancel(Context.of(dev.wakeful.Waker.noop()))
                .isReady());
        assertEquals(List.of(), polls);
        try (var runtime = runtime()) {
            runtime.blockOn(Async.yieldNow());
        }
    }

    @Test
    void handlerThatTheEndOfTheRuntimeCallsMayCloseTheRuntime() throws Exception {
        var built = new AtomicReference<AsyncRuntime>();
        Future<Void> neverEnds = new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                cx.waker();
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) {
                cx.waker();
                return Poll.pending();
            }
        };
        AsyncRuntime runtime = kind.builder()
                .onUnhandledFailure((task, failure) -> {
                    built.get().close();
                    reported.add(task.name() + ": " + failure.getMessage());
                })
                .build();
        built.set(runtime);
        var handles = new ArrayList<Future<?>>();
        runtime.spawn(scope(TaskScope.Policy.SUPERVISE, scope -> {
            handles.add(scope.spawn("bad", Future.failed(new IOException("broken"))));
            return neverEnds;
        }));
        Kind.settle(runtime);
        runtime.close(Duration.ofMillis(1));
        assertEquals(List.of("bad: broken"), reported);
        assertEquals(1, handles.size());
    }
}
