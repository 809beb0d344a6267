// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.TaskScope;
import dev.wakeful.runtime.AsyncRuntime;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The stack trace of a failure shows the awaits of the task that failed, and then those of the task that got it.
class JoinTraceTest {
    private @Nullable IOException thrown;

    /// The methods of this class in a trace, innermost first, down to `main`; what is of another class is there as `?`.
    private static List<String> methods(Throwable failure) {
        List<String> all = Arrays.stream(failure.getStackTrace())
                .map(frame -> frame.getClassName().equals(JoinTraceTest.class.getName())
                        ? frame.getMethodName().replaceAll("lambda\\$(\\w+?)\\$.*", "$1")
                        : "?")
                .toList();
        return all.subList(0, all.indexOf("main") + 1);
    }

    private Future<Integer> failing() {
        return async(() -> {
            await(yieldNow());
            var failure = new IOException("own");
            thrown = failure;
            throw failure;
        });
    }

    private Future<Integer> child() {
        return async(() -> await(failing()) + 1);
    }

    private Future<Integer> joining(JoinHandle<Integer> task) {
        return async(() -> 1 + await(task));
    }

    private Future<Integer> main(JoinHandle<Integer> task) {
        return async(() -> {
            await(yieldNow());
            return await(joining(task));
        });
    }

    @Test
    void failureOfAJoinedTaskGoesOnWithTheAwaitsOfTheJoiner() {
        try (AsyncRuntime runtime = AsyncRuntime.currentThread().build()) {
            var got = assertThrows(IOException.class, () -> runtime.blockOn(main(runtime.spawn(child()))));
            assertSame(thrown, got);
            assertEquals(List.of("failing", "child", "joining", "main"), methods(got));
        }
    }

    private Future<Integer> middle(JoinHandle<Integer> task) {
        return async(() -> await(task));
    }

    @Test
    void failureThatPassesSeveralTasksShowsTheAwaitsOfEach() {
        try (AsyncRuntime runtime = AsyncRuntime.currentThread().build()) {
            var got = assertThrows(
                    IOException.class, () -> runtime.blockOn(main(runtime.spawn(middle(runtime.spawn(child()))))));
            assertSame(thrown, got);
            assertEquals(List.of("failing", "child", "middle", "joining", "main"), methods(got));
        }
    }

    private Future<List<Integer>> mainThatCatchesTwice(JoinHandle<Integer> task) {
        return async(() -> {
            Future<Integer> again = task.join();
            try {
                await(task);
                return List.of();
            } catch (IOException first) {
                int length = first.getStackTrace().length;
                try {
                    await(again);
                    return List.of();
                } catch (IOException second) {
                    return List.of(length, second.getStackTrace().length);
                }
            }
        });
    }

    @Test
    void awaitsAreAddedOnce() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.currentThread().build()) {
            List<Integer> lengths = runtime.blockOn(mainThatCatchesTwice(runtime.spawn(child())));
            assertEquals(2, lengths.size());
            assertEquals(lengths.get(0), lengths.get(1));
        }
    }

    private Future<Integer> main() {
        return async(() -> await(TaskScope.call(scope -> {
            scope.spawn(child());
            return await(Future.<Integer>pending());
        })));
    }

    @Test
    void failureOfAChildGoesOnWithTheAwaitOfTheScope() {
        try (AsyncRuntime runtime = AsyncRuntime.currentThread().build()) {
            var got = assertThrows(IOException.class, () -> runtime.blockOn(main()));
            assertSame(thrown, got);
            assertEquals(List.of("failing", "child", "main"), methods(got));
        }
    }

    private Future<Integer> mainWhoseScopeFails() {
        return async(() -> await(TaskScope.call(scope -> await(failing()))));
    }

    @Test
    void failureOfTheBodyOfAScopeHasTheBlockThatAwaitsTheScopeOnce() {
        try (AsyncRuntime runtime = AsyncRuntime.currentThread().build()) {
            var got = assertThrows(IOException.class, () -> runtime.blockOn(mainWhoseScopeFails()));
            assertEquals(
                    List.of("failing", "mainWhoseScopeFails", "mainWhoseScopeFails"),
                    Arrays.stream(got.getStackTrace())
                            .limit(4)
                            .filter(frame -> frame.getClassName().equals(JoinTraceTest.class.getName()))
                            .map(frame -> frame.getMethodName().replaceAll("lambda\\$(\\w+?)\\$.*", "$1"))
                            .toList());
        }
    }

    /// A failure whose trace can be neither read nor written.
    private static final class Traceless extends RuntimeException {
        @Override
        public StackTraceElement[] getStackTrace() {
            throw new AssertionError("getStackTrace");
        }

        @Override
        public void setStackTrace(StackTraceElement[] trace) {
            throw new AssertionError("setStackTrace");
        }
    }

    @Test
    void failureWhoseTraceCannotBeReadIsThrownAsItIs() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.currentThread().build()) {
            var failure = new Traceless();
            Future<Integer> failing = async(() -> {
                await(yieldNow());
                throw failure;
            });
            assertSame(failure, assertThrows(Traceless.class, () -> runtime.blockOn(main(runtime.spawn(failing)))));
            Future<Integer> inScope = TaskScope.call(scope -> {
                scope.spawn(() -> {
                    throw failure;
                });
                return await(Future.<Integer>pending());
            });
            assertSame(failure, assertThrows(Traceless.class, () -> runtime.blockOn(inScope)));
        }
    }

    /// A failure that gives the same array each time.
    private static final class SharedTrace extends RuntimeException {
        private final StackTraceElement[] trace = super.getStackTrace();

        @Override
        public StackTraceElement[] getStackTrace() {
            return trace;
        }
    }

    @Test
    void arrayThatAFailureGivesOutIsNotWrittenTo() {
        try (AsyncRuntime runtime = AsyncRuntime.currentThread().build()) {
            var failure = new SharedTrace[1];
            StackTraceElement[][] before = new StackTraceElement[1][];
            Future<Integer> failing = async(() -> {
                await(yieldNow());
                failure[0] = new SharedTrace();
                before[0] = failure[0].getStackTrace().clone();
                throw failure[0];
            });
            assertThrows(SharedTrace.class, () -> runtime.blockOn(failing));
            assertEquals(Arrays.asList(before[0]), Arrays.asList(failure[0].getStackTrace()));
        }
    }
}
