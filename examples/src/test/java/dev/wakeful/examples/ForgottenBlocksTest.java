// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.AsyncAction;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.Poll;
import dev.wakeful.testkit.TestRuntime;
import dev.wakeful.time.Time;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Blocks that are polled and forgotten are reported with the line they stand at.
class ForgottenBlocksTest {
    private static Future<Void> block() {
        return async(() -> {
            await(Time.sleep(ofSeconds(1)));
        });
    }

    private static String message(TestRuntime runtime) {
        return assertThrows(AssertionError.class, runtime::close).getMessage();
    }

    @Test
    void aBlockThatIsAwaitedSpawnedOrCancelledIsNot() throws Exception {
        try (var runtime = TestRuntime.withSeed(1)) {
            runtime.run(scope -> {
                await(block());
                scope.spawn(block());
                scope.spawn(block()).abort("before its first poll");
            });
        }
    }

    @Test
    void aBlockThatLosesARaceIsNot() throws Exception {
        try (var runtime = TestRuntime.withSeed(1)) {
            runtime.run(scope -> await(Futures.race(List.of(Future.ready(null), block()))));
        }
    }

    @Test
    void aBlockThatIsPolledAndForgottenIsReportedWithTheAwaitItIsAt() throws Exception {
        var runtime = TestRuntime.withSeed(1);
        Future<Void> forgetting = cx -> {
            block().poll(cx);
            return Poll.ready(null);
        };
        runtime.run(scope -> {
            await(forgetting);
            await(Time.sleep(ofSeconds(2)));
        });
        String message = message(runtime);
        assertTrue(
                message.contains(
                        "[abandoned-future] ForgottenBlocksTest.block(ForgottenBlocksTest.java:23), suspended at"
                                + " dev.wakeful.examples.ForgottenBlocksTest.block(ForgottenBlocksTest.java:23), was"
                                + " polled and then forgotten"),
                message);
    }

    private static void forget(Object future) {
        assertTrue(future.toString().contains("ForgottenBlocksTest"));
    }

    private static void makeAndForget() {
        forget(block());
    }

    @Test
    void aBlockThatIsMadeAndNeverPolledIsReportedWithThePlaceWhereItWasMade() throws Exception {
        var runtime = TestRuntime.withSeed(1);
        runtime.run(scope -> {
            makeAndForget();
            await(Time.sleep(ofSeconds(1)));
        });
        String message = message(runtime);
        assertTrue(
                message.contains("[never-polled] ForgottenBlocksTest.block(ForgottenBlocksTest.java:23), made at"
                    + " dev.wakeful.examples.ForgottenBlocksTest.block(ForgottenBlocksTest.java:22), was never polled,"
                    + " so nothing of it ever ran; await it, spawn it, or return it to one who does"),
                message);
    }

    @Test
    void aLeafThatIsMadeAndNeverPolledIsReportedWithThePlaceWhereItWasMade() throws Exception {
        var runtime = TestRuntime.withSeed(1);
        runtime.run(scope -> {
            Time.sleep(ofSeconds(1)); // no await
        });
        String message = message(runtime);
        assertTrue(
                message.contains("[never-polled] Sleep, made at dev.wakeful.examples.ForgottenBlocksTest."), message);
    }

    @Test
    void aBlockThatIsHandedToSomebodyWhoDoesNotStartItIsNot() throws Exception {
        try (var runtime = TestRuntime.withSeed(1)) {
            runtime.run(scope -> {
                await(Future.ready("value").recover(failure -> "another"));
                await(onlyIf(false, () -> await(Time.sleep(ofSeconds(1)))));
            });
        }
    }

    private static Future<Void> onlyIf(boolean condition, AsyncAction action) {
        return condition ? async(action) : Future.ready(null);
    }

    @Test
    void aBlockThatASelectHadNoNeedToPollIsNot() throws Exception {
        try (var runtime = TestRuntime.withSeed(1)) {
            runtime.run(scope -> await(Futures.race(List.of(Future.ready(null), block().then(v -> block())))));
        }
    }
}
