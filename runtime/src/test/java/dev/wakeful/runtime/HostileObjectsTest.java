// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Objects of a program that throw where they should only speak of themselves: that ends nothing but what they say.
@ParameterizedClass
@EnumSource(Kind.class)
class HostileObjectsTest {
    private final Kind kind;

    HostileObjectsTest(Kind kind) {
        this.kind = kind;
    }

    /// A failure of which nothing can be asked.
    private static final class Mute extends RuntimeException {
        @Override
        public String getMessage() {
            throw new AssertionError("getMessage");
        }

        @Override
        public String toString() {
            throw new AssertionError("toString");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new AssertionError("getStackTrace");
        }

        @Override
        public void setStackTrace(StackTraceElement[] trace) {
            throw new AssertionError("setStackTrace");
        }
    }

    /// A future that waits, and of which nothing can be asked.
    private static final class MuteFuture implements Future<Integer> {
        @Override
        public Poll<Integer> poll(Context cx) {
            cx.waker();
            return Poll.pending();
        }

        @Override
        public void describe(Description to) {
            throw new AssertionError("describe");
        }

        @Override
        public String toString() {
            throw new AssertionError("toString");
        }
    }

    /// A scope whose body is `body` applied to the scope.
    private static Future<Integer> scope(Function<TaskScope, Future<Integer>> body) {
        return new CheckedFuture<>() {
            private Future<Integer> opened;

            @Override
            protected Object advance(Context cx) throws Exception {
                if (opened == null) {
                    opened = cx.get(TaskScope.OPENER).open(TaskScope.options(), body, cx);
                }
                return opened.pollRaw(cx);
            }

            @Override
            protected boolean release(Context cx) throws Exception {
                return opened == null || opened.pollCancel(cx).isReady();
            }
        };
    }

    private static Future<Integer> failing(RuntimeException failure) {
        return Time.sleep(Duration.ofMillis(1)).map(_ -> {
            throw failure;
        });
    }

    @Test
    void failureWithoutWordsIsTheFailureOfItsScope() {
        try (var runtime = kind.builder().build()) {
            var failure = new Mute();
            var thrown = assertThrows(
                    Mute.class,
                    () -> runtime.blockOn(scope(scope -> {
                        scope.spawn(failing(failure));
                        return Future.pending();
                    })));
            assertSame(failure, thrown);
        }
    }

    @Test
    void futureThatCannotDescribeItselfDoesNotKeepTheOthersOutOfADump() throws Exception {
        try (var runtime = kind.builder().build()) {
            runtime.spawn("mute", new MuteFuture());
            runtime.spawn("other", Time.sleep(Duration.ofHours(1)));
            Kind.settle(runtime);
            String dump = runtime.dump().text();
            assertTrue(
                    dump.contains(MuteFuture.class.getName() + ", whose describe threw java.lang.AssertionError"),
                    dump);
            assertTrue(dump.contains("Sleep["), dump);
        }
    }

    @Test
    void runtimeEndsAlthoughWhatWaitsCannotSayWhatItIs() throws Exception {
        Mute failure = new Mute();
        var runtime = kind.builder().gracePeriod(Duration.ofMillis(10)).build();
        try (var _ = new FailingLog()) {
            runtime.spawn(new Stubborn());
            runtime.spawn(failing(failure));
            int value = runtime.blockOn(Time.sleep(Duration.ofMillis(5)).map(_ -> 7));
            assertEquals(7, value);
            runtime.close();
        }
        assertTrue(runtime.isClosed());
    }

    @Test
    void blockOnInATaskIsRefusedAlsoForAFutureThatCannotSayWhatItIs() {
        try (var runtime = kind.builder().build()) {
            Future<Integer> outer = cx -> Poll.ready(runtime.blockOn(new MuteFuture()));
            var refused = assertThrows(IllegalStateException.class, () -> runtime.blockOn(outer));
            assertTrue(
                    refused.getMessage()
                            .startsWith("blockOn(" + MuteFuture.class.getName()
                                    + ", whose toString threw java.lang.AssertionError) was called inside "),
                    refused.getMessage());
        }
    }

    @Test
    void pollThatReturnsNullFailsWithTheNameOfTheFuture() throws Exception {
        try (var runtime = kind.builder().build()) {
            Future<Integer> broken = new Future<>() {
                @Override
                public Poll<Integer> poll(Context cx) {
                    return null;
                }

                @Override
                public String toString() {
                    return "Broken[]";
                }
            };
            var thrown = assertThrows(NullPointerException.class, () -> runtime.blockOn(broken));
            assertEquals(
                    "poll returned null: Broken[]; return Poll.ready(value), which may be of null, or Poll.pending()",
                    thrown.getMessage());
        }
    }

    /// Never ends its clean-up, and cannot say what it is.
    private static final class Stubborn implements Future<Integer> {
        @Override
        public Poll<Integer> poll(Context cx) {
            cx.waker();
            return Poll.pending();
        }

        @Override
        public Poll<Void> pollCancel(Context cx) {
            cx.waker();
            return Poll.pending();
        }

        @Override
        public void describe(Description to) {
            throw new AssertionError("describe");
        }
    }

    /// A log that throws at each line.
    private static final class FailingLog extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("dev.wakeful.runtime");

        FailingLog() {
            logger.addHandler(this);
            logger.setUseParentHandlers(false);
        }

        @Override
        public void publish(LogRecord line) {
            throw new AssertionError("publish");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setUseParentHandlers(true);
        }
    }
}
