// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.LostWakerException;
import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.sync.Mpsc;
import dev.wakeful.sync.Mutex;
import dev.wakeful.testkit.TestRuntime;
import dev.wakeful.time.Time;
import java.time.Duration;
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
        assertTrue(message.contains("(UnclosedTest.java:24) was never closed"), message);
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
