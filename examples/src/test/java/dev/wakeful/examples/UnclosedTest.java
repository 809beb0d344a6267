// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.LostWakerException;
import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.sync.Mpsc;
import dev.wakeful.sync.Mutex;
import dev.wakeful.sync.Semaphore;
import dev.wakeful.testkit.TestRuntime;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What a block acquires and never closes is reported with the line of its await.
class UnclosedTest {
    @Test
    void aGuardIsReportedWithTheAwaitThatAcquiredIt() throws Exception {
        var mutex = new Mutex("accounts");
        var runtime = TestRuntime.withSeed(1);
        runtime.run(scope -> {
            await(mutex.lock()); // and nobody closes it
        });
        String message = assertThrows(AssertionError.class, runtime::close).getMessage();
        assertTrue(message.contains("[unclosed] guard of lock accounts, acquired by task 1 at"), message);
        assertTrue(message.contains("(UnclosedTest.java:26) was never closed"), message);
    }

    @Test
    void aGuardThatIsStillHeldAtTheEndIsLeftOver() throws Exception {
        var mutex = new Mutex("accounts");
        var kept = new AtomicReference<AutoCloseable>();
        var runtime = TestRuntime.withSeed(1);
        runtime.run(scope -> {
            kept.set(await(mutex.lock()));
        });
        String message = assertThrows(AssertionError.class, runtime::close).getMessage();
        assertTrue(
                message.matches("(?s)left over at the end:\\n  guard of lock accounts, acquired by task 1 at .*"
                        + "\\(UnclosedTest\\.java:\\d+\\), which was not closed\\n.*"),
                message);
        kept.get().close();
    }

    @Test
    void aPermitThatIsClosedIsNot() throws Exception {
        var semaphore = new Semaphore(2);
        try (var runtime = TestRuntime.withSeed(1)) {
            runtime.run(scope -> {
                try (var permit = await(semaphore.acquire())) {
                    assertTrue(permit != null);
                    await(Time.sleep(Duration.ofSeconds(1)));
                }
            });
        }
    }

    /// The other tasks sleep, so the runtime never comes to rest; still the one that waits in vain is told.
    @Test
    void aTaskThatWaitsForALostSenderEndsWhileOthersGoOn() throws Exception {
        TestRuntime.withSeed(1).close(); // from here on everything is watched
        AsyncRuntime.run(scope -> {
            var receiver = Mpsc.<String>bounded(1).receiver();
            var waiting = scope.spawn(() -> {
                try {
                    return await(receiver.receive());
                } catch (LostWakerException e) {
                    return e.getMessage();
                }
            });
            while (!waiting.isFinished()) {
                System.gc();
                await(Time.sleep(Duration.ofMillis(1)));
            }
            String said = await(waiting);
            assertTrue(said.startsWith("a sender of a channel, made at"), said);
        });
    }
}
