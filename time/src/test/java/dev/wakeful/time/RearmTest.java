// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.wakeful.Context;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What is armed again allocates nothing.
class RearmTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TIMES = 20_000;

    private final FakeTimer timer = new FakeTimer();
    private final Context cx = timer.context();

    private interface Step {
        void run() throws Exception;
    }

    private static void allocatesNothing(Step step) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            step.run();
        }
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) { // the JIT compiler may allocate on this thread's account
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < TIMES; i++) {
                step.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        long bytes = least;
        assertTrue(bytes < TIMES, () -> bytes + " bytes for " + TIMES + " times");
    }

    @Test
    void sleepThatIsResetWhileItWaits() throws Exception {
        var sleep = Time.sleep(Duration.ofHours(1));
        var longer = Duration.ofHours(2);
        sleep.pollRaw(cx);
        allocatesNothing(() -> sleep.reset(longer));
    }

    @Test
    void sleepThatIsResetWhenItIsReady() throws Exception {
        var sleep = Time.sleep(Duration.ofMillis(1));
        var again = Duration.ofMillis(1);
        allocatesNothing(() -> {
            sleep.pollRaw(cx);
            timer.advanceTo(timer.nanos() + 1_000_000);
            sleep.pollRaw(cx);
            sleep.reset(again);
        });
    }

    @Test
    void itemOfADelayQueueThatIsMoved() {
        var queue = new DelayQueue<String>();
        queue.pollNext(cx);
        var item = queue.insert("a", Duration.ofHours(1));
        var longer = Duration.ofHours(2);
        try {
            allocatesNothing(() -> queue.reset(item, longer));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
