// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.StepExecutor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What checked mode finds of futures that cannot check themselves.
class CheckedModeTest {
    private final StepExecutor executor = new StepExecutor();

    /// Ready when told; keeps the waker of its first poll only.
    private static final class Simple implements Future<String> {
        private @Nullable Waker waker;
        private boolean done;

        @Override
        public Poll<String> poll(Context cx) {
            if (done) {
                return Poll.ready("done");
            }
            if (waker == null) {
                waker = cx.waker();
            }
            return Poll.pending();
        }

        void finish() {
            done = true;
            if (waker != null) {
                waker.wake();
            }
        }
    }

    private static <T extends @Nullable Object> Future<T> alias(Future<T> future) {
        return future.map(x -> x);
    }

    @Test
    void aPollAfterReadyNamesClassFileAndLine() throws Exception {
        int[] value = {1};
        Future<Integer> lambda = cx -> Poll.ready(value[0]);
        assertEquals(1, Hand.ready(alias(lambda)));
        var refused = assertThrows(IllegalStateException.class, () -> Hand.ready(alias(lambda)));
        assertTrue(
                refused.getMessage()
                        .startsWith("future was polled after it had returned Ready: lambda in CheckedModeTest"),
                refused.getMessage());
    }

    @Test
    void aPollAfterAFailureIsRefused() {
        var thrown = new IllegalArgumentException("broken");
        Future<Integer> lambda = cx -> {
            throw thrown;
        };
        assertThrows(IllegalArgumentException.class, () -> Hand.ready(alias(lambda)));
        var refused = assertThrows(IllegalStateException.class, () -> Hand.ready(alias(lambda)));
        assertTrue(refused.getMessage().startsWith("future was polled after it had failed: "), refused.getMessage());
    }

    @Test
    void aPollByASecondTaskNamesBothTasksClassFileAndLine() {
        var simple = new Simple();
        executor.spawn("one", alias(simple));
        var second = executor.spawn("two", alias(simple));
        executor.runAll();
        var refused = assertInstanceOf(IllegalStateException.class, second.failure());
        assertTrue(
                refused.getMessage()
                        .matches("future belongs to task 1 \"one\" and was polled by task 2 \"two\":"
                                + " CheckedModeTest.Simple \\(CheckedModeTest.java:\\d+\\);"
                                + " use shared\\(\\) to let several tasks await it"),
                refused.getMessage());
    }

    @Test
    void aHandedOverFutureMayBePolledBySecondTask() throws Exception {
        var simple = new Simple();
        executor.run(Futures.pollOnce(alias(simple)));
        var second = executor.spawn(Futures.handOver(alias(simple)));
        executor.runAll();
        assertFalse(second.isFinished());
    }

    @Test
    void aPollAfterTheDefaultOfPollCancelIsRefused() throws Exception {
        var simple = new Simple();
        alias(simple).poll(Hand.CX);
        assertTrue(simple.pollCancel(Hand.CX).isReady());
        assertThrows(IllegalStateException.class, () -> alias(simple).poll(Hand.CX));
    }

    @Test
    void aLambdaThatCapturesNothingIsOneObjectForAllItsUses() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals("hello", Hand.ready(alias(hello())));
        }
    }

    private static Future<String> hello() {
        return cx -> Poll.ready("hello");
    }

    @Test
    void aPollInTheMidstOfAPollIsRefused() {
        List<Future<Integer>> self = new ArrayList<>();
        Future<Integer> recursive = cx -> alias(self.getFirst()).poll(cx);
        self.add(recursive);
        var refused = assertThrows(IllegalStateException.class, () -> Hand.ready(alias(recursive)));
        assertTrue(refused.getMessage().startsWith("future was polled while "), refused.getMessage());
    }

    @Test
    void aFutureThatKeepsTheWakerOfItsFirstPollIsNotLostAfterASpuriousOne() throws Exception {
        var simple = new Simple();
        var task = executor.spawn(simple);
        executor.runAll();
        task.notifyTask();
        executor.runAll();
        assertFalse(task.isFinished());
        assertDoesNotThrow(simple::finish);
        executor.runAll();
        assertEquals("done", StepExecutor.result(task));
    }

    @Test
    void whatIsKnownOfAFutureDoesNotKeepItsTaskOrItself() {
        var future = new WeakReference<>(spawnAndForget());
        for (int i = 0; i < 50 && !future.refersTo(null); i++) {
            System.gc();
        }
        assertTrue(future.refersTo(null));
    }

    private static Future<String> spawnAndForget() {
        var simple = new Simple();
        var elsewhere = new StepExecutor();
        elsewhere.spawn(simple);
        elsewhere.runAll();
        return simple;
    }
}
