// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskWakeTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();

    /// Tells its polls, runs `inPoll` in each, and is ready when told.
    private final class Probe implements Future<String> {
        Waker waker = Waker.noop();
        Runnable inPoll = () -> {};
        boolean done;

        @Override
        public Poll<String> poll(Context cx) {
            trace.add("poll");
            waker = cx.waker();
            inPoll.run();
            return done ? Poll.ready("value") : Poll.pending();
        }
    }

    private final Probe probe = new Probe();

    @Test
    void spawningQueuesAndPollsNothing() {
        executor.spawn(probe);
        assertEquals(List.of(), trace);
        assertEquals(1, executor.ready());
    }

    @Test
    void wakesBeforeThePollMergeIntoIt() {
        executor.spawn(probe);
        executor.step();
        probe.waker.wake();
        probe.waker.wake();
        probe.waker.wake();
        executor.runAll();
        assertEquals(List.of("poll", "poll"), trace);
    }

    @Test
    void wakeOfATaskThatIsHeldSchedulesItWhenItIsLetGo() {
        Task<?> task = executor.spawn(probe);
        assertFalse(task.hold(), "it is ready");
        executor.step();
        assertTrue(task.hold());
        assertFalse(task.hold(), "it is held");
        probe.waker.wake();
        probe.waker.wake();
        assertEquals(0, executor.ready());
        task.letGo();
        assertEquals(1, executor.ready());
        executor.runAll();
        assertTrue(task.hold());
        task.letGo();
        assertEquals(0, executor.ready());
        assertEquals(List.of("poll", "poll"), trace);
    }

    @Test
    void wakeDuringPollSchedulesTheTaskAgain() {
        executor.spawn(probe);
        probe.inPoll = () -> {
            probe.waker.wake();
            probe.waker.wake();
            probe.inPoll = () -> {};
        };
        executor.step();
        assertEquals(1, executor.ready());
        executor.runAll();
        assertEquals(List.of("poll", "poll"), trace);
    }

    @Test
    void wakeAfterTheEndIsHarmless() throws Exception {
        var task = executor.spawn(probe);
        executor.step();
        var kept = probe.waker;
        probe.done = true;
        kept.wake();
        executor.runAll();
        kept.wake();
        assertEquals(0, executor.ready());
        assertEquals("value", StepExecutor.result(task));
    }

    @Test
    void wakeInThePollThatCompletesIsHarmless() {
        var task = executor.spawn(probe);
        probe.done = true;
        probe.inPoll = () -> probe.waker.wake();
        executor.runAll();
        assertTrue(task.isFinished());
        assertEquals(List.of("poll"), trace);
    }

    @Test
    void theWakerIsTheSameInEveryPollAndWakesOnlyItsTask() {
        executor.spawn(probe);
        executor.step();
        var first = probe.waker;
        first.wake();
        executor.step();
        assertSame(first, probe.waker);
        assertTrue(first.willWake(probe.waker));
        assertFalse(first.willWake(Waker.noop()));
    }

    @Test
    void aKeptWakerOfAFinishedTaskRetainsNeitherMachineNorResult() throws Exception {
        var kept = new Waker[1];
        var machine = new WeakReference<>(start(kept));
        executor.runAll();
        for (int i = 0; i < 50 && !machine.refersTo(null); i++) {
            System.gc();
        }
        assertTrue(machine.refersTo(null));
        kept[0].wake();
    }

    private Future<Object> start(Waker[] kept) {
        Future<Object> machine = new Future<>() {
            private final byte[] locals = new byte[100];

            @Override
            public Poll<Object> poll(Context cx) {
                kept[0] = cx.waker();
                return Poll.ready(locals);
            }
        };
        executor.spawn(machine);
        return machine;
    }

    @Test
    void pendingWithoutAskingForTheWakerEndsTheTaskWithAReport() {
        var task = executor.spawn("mute", cx -> Poll.pending());
        executor.runAll();
        var lost = assertInstanceOf(LostWakerException.class, task.failure());
        assertTrue(lost.getMessage().contains("nothing can ever wake task 1 \"mute\""), lost.getMessage());
    }

    @Test
    void aTaskThatIsReportedIsWoundDownFirst() {
        var leaf = new Leaf<Integer>("leaf", trace);
        Future<Integer> forgets = new CheckedFuture<>() {
            @Override
            protected Object advance(Context cx) throws Exception {
                leaf.poll(Hand.CX);
                return PENDING;
            }

            @Override
            protected boolean release(Context cx) throws Exception {
                return leaf.pollCancel(cx).isReady();
            }
        };
        executor.spawn(forgets);
        executor.runAll();
        assertEquals(List.of("poll leaf", "cancel leaf", "end leaf"), trace);
    }

    @Test
    void aRunThatWasNotScheduledIsRefused() {
        var task = executor.spawn(probe);
        executor.runAll();
        var refused = assertThrows(IllegalStateException.class, task::run);
        assertEquals("task 1 was run without having been scheduled", refused.getMessage());
        probe.done = true;
        probe.waker.wake();
        executor.runAll();
        assertTrue(task.isFinished());
    }

    @Test
    void aTaskWhoseLeavesAreAlwaysReadyLetsOthersRunWhenItsBudgetIsSpent() {
        Future<Integer> greedy = cx -> {
            cx.waker();
            while (cx.hasBudget()) {
                cx.spendBudget();
            }
            trace.add("greedy");
            return Poll.pending();
        };
        executor.spawn(greedy);
        executor.spawn(probe);
        executor.step();
        executor.step();
        executor.step();
        assertEquals(List.of("greedy", "poll", "greedy"), trace);
    }

    @Test
    void whateverThePollThrowsEndsTheTaskAndNotTheWorker() {
        var errors =
                List.of(new StackOverflowError(), new LinkageError(), new OutOfMemoryError(), new AssertionError());
        for (Error error : errors) {
            var task = executor.spawn(cx -> {
                throw error;
            });
            executor.runAll();
            assertSame(error, task.failure());
        }
    }

    @Test
    void windingDownAChainOfThousandWorks() {
        Future<Integer> chain = new Leaf<>("end", trace);
        for (int i = 0; i < 1_000; i++) {
            chain = chain.map(x -> x + 1);
        }
        var task = executor.spawn(chain);
        executor.runAll();
        task.abort();
        executor.runAll();
        assertTrue(task.isCancelled());
        assertEquals("end end", trace.getLast());
    }

    @Test
    void aChainTooDeepForTheStackEndsItsTaskWithAFailure() {
        Future<Integer> chain = new Leaf<>("end", trace);
        for (int i = 0; i < 1_000_000; i++) {
            chain = chain.map(x -> x + 1);
        }
        var task = executor.spawn(chain);
        executor.runAll();
        assertInstanceOf(StackOverflowError.class, task.failure());
    }
}
