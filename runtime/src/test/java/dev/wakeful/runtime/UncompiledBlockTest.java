// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.AsyncBlock;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Report;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Blocks that were not compiled, on both runtimes. A class that implements the interface of a block is never compiled.
class UncompiledBlockTest {
    private enum On {
        ONE_THREAD,
        MANY;

        AsyncRuntime runtime() {
            return this == ONE_THREAD
                    ? AsyncRuntime.currentThread().build()
                    : AsyncRuntime.multiThread().build();
        }
    }

    @BeforeEach
    void blockInAwait() {
        System.setProperty("wakeful.await", "block");
    }

    /// A body that waits, as in a debugger, until another runtime has reported two polls that block.
    private record Waits(BlockingQueue<Report> reports) implements AsyncBlock<Integer> {
        @Override
        public Integer run() throws Exception {
            reports.take();
            reports.take();
            return 2;
        }
    }

    @Test
    void bodyThatIsSteppedThroughIsNoPollThatBlocks() throws Exception {
        var here = new LinkedBlockingQueue<Report>();
        var there = new LinkedBlockingQueue<Report>();
        var twice = new LinkedBlockingQueue<Report>();
        try (var runtime = AsyncRuntime.currentThread().onReport(here::add).build();
                var other = AsyncRuntime.multiThread()
                        .onReport(report -> {
                            there.add(report);
                            twice.add(report);
                        })
                        .build()) {
            var polls = new AtomicInteger();
            Future<Void> blocksTwice = cx -> {
                there.take();
                cx.waker().wake();
                return polls.incrementAndGet() == 2 ? Poll.ready(null) : Poll.pending();
            };
            var control = other.spawn(blocksTwice);
            assertEquals(2, runtime.blockOn(new Waits(twice).start()));
            other.blockOn(control);
        }
        assertEquals(List.of(), List.copyOf(here));
    }

    @AfterEach
    void usualMode() {
        System.clearProperty("wakeful.await");
    }

    /// `await` where the compiler would refuse it.
    private static Object await(Future<?> future) throws Exception {
        try {
            MethodHandle await = MethodHandles.lookup()
                    .findStatic(Async.class, "await", MethodType.methodType(Object.class, Future.class));
            return await.invoke(future);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable signal) {
            throw UncompiledBlockTest.<RuntimeException>sneak(signal);
        }
    }

    @SuppressWarnings("unchecked") // erased
    private static <X extends Throwable> X sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    private record Twice(boolean fails) implements AsyncBlock<String> {
        @Override
        public String run() throws Exception {
            assertTrue(Thread.currentThread().isVirtual());
            await(Async.yieldNow());
            if (fails) {
                throw new java.io.IOException("own");
            }
            return "a" + await(Future.ready("b")) + await(new Once().start());
        }
    }

    private record Once() implements AsyncBlock<Integer> {
        @Override
        public Integer run() throws Exception {
            await(Async.yieldNow());
            return 1;
        }
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void blockThatWasNotCompiledRunsOnAVirtualThread(On on) throws Exception {
        try (AsyncRuntime runtime = on.runtime()) {
            assertEquals("ab1", runtime.blockOn(new Twice(false).start()));
            assertThrows(java.io.IOException.class, () -> runtime.blockOn(new Twice(true).start()));
        }
    }
}
