// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.AsyncFunction;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is called where the stack ends does what it says, or throws and leaves nothing half done.
class StackEdgeTest {
    /// How many of the last frames call: from those that have room for nothing to those that have room for all.
    private static final int FRAMES = 150;

    private static final int ROUNDS = 3;
    private static final long SMALL_STACK = 256 << 10;

    /// Calls an action from each of the last frames of a stack, the innermost first.
    private static final class Dive {
        private final int frames;
        private final Action action;
        private int calls;

        interface Action {
            void call(int frame);
        }

        Dive(int frames, Action action) {
            this.frames = frames;
            this.action = action;
        }

        @SuppressWarnings("InfiniteRecursion") // it is to come to the end of the stack
        void down(int pad) {
            try {
                down(pad);
            } catch (StackOverflowError end) {
                if (calls == 0) {
                    calls = 1;
                }
            }
            if (calls > 0 && calls <= frames) {
                int frame = calls++;
                try {
                    action.call(frame - 1);
                } catch (StackOverflowError end) {
                    return; // said so
                }
            }
        }

        /// Begins at another place in the frame sizes with each round.
        void from(int round) {
            if (round > 0) {
                deeper(round, round, round);
            } else {
                down(0);
            }
        }

        private void deeper(long a, long b, int round) {
            from(round - 1);
            if (a != b) {
                throw new AssertionError("a and b are the same");
            }
        }
    }

    /// A task that waits until it is told to end, and counts its polls.
    private static final class Sleeper implements Future<Void> {
        final AtomicInteger polls = new AtomicInteger();
        volatile Waker waker = Waker.noop();
        volatile boolean over;
        boolean woken;

        @Override
        public Poll<Void> poll(Context cx) {
            waker = cx.waker();
            polls.getAndIncrement();
            return over ? Poll.ready(null) : Poll.pending();
        }

        void wake() {
            waker.wake();
            woken = true;
        }
    }

    private static List<Sleeper> sleepers(AsyncRuntime runtime) {
        var sleepers = new ArrayList<Sleeper>();
        for (int i = 0; i < FRAMES; i++) {
            var sleeper = new Sleeper();
            sleepers.add(sleeper);
            runtime.spawn(sleeper);
        }
        return sleepers;
    }

    private static void awaitPolls(List<Sleeper> sleepers, int polls) {
        for (Sleeper sleeper : sleepers) {
            while (sleeper.polls.get() < polls) {
                Thread.onSpinWait();
            }
        }
    }

    /// Each that was woken is polled, and so is each that was not when it is woken now.
    private static void endAll(List<Sleeper> sleepers) {
        awaitPolls(sleepers.stream().filter(sleeper -> sleeper.woken).toList(), 2);
        for (Sleeper sleeper : sleepers) {
            sleeper.over = true;
            sleeper.waker.wake();
        }
    }

    private static void onASmallStack(Dive dive, int round) throws Exception {
        var thread = new Thread(null, () -> dive.from(round), "small", SMALL_STACK);
        thread.start();
        thread.join();
    }

    /// Runs `test` on another thread while this one is in `blockOn`, for the runtime that needs it.
    private static void beside(AsyncRuntime runtime, FutureTask<Void> test) throws Exception {
        var over = new Sleeper();
        Thread.ofPlatform().daemon().start(() -> {
            test.run();
            over.over = true;
            while (over.polls.get() == 0) {
                Thread.onSpinWait();
            }
            over.waker.wake();
        });
        runtime.blockOn(over);
        test.get();
        while (runtime.metrics().tasksLive() > 0) {
            runtime.blockOn(Future.ready(null));
        }
        for (int i = 0; i < 20; i++) {
            runtime.blockOn(Time.sleep(Duration.ofNanos(1)));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aWakeOnAnyThreadIsWholeOrThrows(Kind kind) throws Exception {
        try (var runtime = kind.builder().build()) {
            beside(runtime, new FutureTask<>(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    var sleepers = sleepers(runtime);
                    awaitPolls(sleepers, 1);
                    onASmallStack(new Dive(FRAMES, frame -> sleepers.get(frame).wake()), round);
                    assertTrue(sleepers.getLast().woken);
                    endAll(sleepers);
                }
                return null;
            }));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aWakeInAPollIsWholeOrThrows(Kind kind) throws Exception {
        try (var runtime = kind.builder().build()) {
            beside(runtime, new FutureTask<>(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    var sleepers = sleepers(runtime);
                    awaitPolls(sleepers, 1);
                    var dive = new Dive(FRAMES, frame -> sleepers.get(frame).wake());
                    int at = round;
                    var dived = new AtomicInteger();
                    runtime.spawn(cx -> {
                        dive.from(at);
                        dived.set(1);
                        return Poll.ready(null);
                    });
                    while (dived.get() == 0) {
                        Thread.onSpinWait();
                    }
                    assertTrue(sleepers.getLast().woken);
                    endAll(sleepers);
                }
                return null;
            }));
        }
    }

    @Test
    void aCellWhoseWakeThrewStillHasItsWaker() throws Exception {
        for (int round = 0; round < 10 * ROUNDS; round++) {
            var woken = new AtomicIntegerArray(FRAMES);
            var cells = new ArrayList<WakerCell>();
            for (int i = 0; i < FRAMES; i++) {
                int at = i;
                var cell = new WakerCell();
                cell.register(Waker.of(() -> woken.getAndIncrement(at)));
                cells.add(cell);
            }
            onASmallStack(new Dive(FRAMES, frame -> cells.get(frame).wake()), round % 7);
            for (int i = 0; i < FRAMES; i++) {
                cells.get(i).wake();
                assertEquals(1, woken.get(i), "the wake of frame " + i + " was lost in round " + round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTimerThatIsArmedInAPollKeepsNoOtherFromFiring(Kind kind) throws Exception {
        try (var runtime = kind.builder().build()) {
            for (int round = 0; round < ROUNDS; round++) {
                int at = round;
                runtime.blockOn((Future<Void>) cx -> {
                    new Dive(FRAMES, frame -> armAndLeave(cx)).from(at);
                    return Poll.ready(null);
                });
                runtime.blockOn(Time.sleep(Duration.ofMillis(2)));
            }
        }
    }

    private static void armAndLeave(Context cx) {
        try {
            var sleep = Time.sleep(Duration.ofMillis(1));
            sleep.poll(cx);
            sleep.pollCancel(cx);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// A child that was counted ends; one that was not, the scope does not wait for.
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aChildIsSpawnedOrItsScopeKnowsNothingOfIt(Kind kind) throws Exception {
        try (var runtime = kind.builder().build()) {
            for (int round = 0; round < 5 * ROUNDS; round++) {
                int at = round;
                var ended = new AtomicInteger();
                int spawned = runtime.blockOn(TaskScope.call(new AsyncFunction<TaskScope, Integer>() {
                    @Override
                    public Integer apply(TaskScope scope) {
                        throw new AssertionError("start is called instead");
                    }

                    @Override
                    public Future<Integer> start(TaskScope scope) {
                        return cx -> Poll.ready(spawnDeep(scope, at % 7, ended));
                    }
                }));
                assertTrue(spawned > 3);
                assertTrue(spawned <= ended.get(), spawned + " spawns, of which ended " + ended);
            }
            assertEquals(0, runtime.metrics().tasksLive());
        }
    }

    private static int spawnDeep(TaskScope scope, int round, AtomicInteger ended) {
        var spawned = new AtomicInteger();
        Dive.Action spawns = frame -> {
            spawn(scope, frame, ended);
            spawned.getAndIncrement();
        };
        for (int kind = 0; kind < 3; kind++) {
            spawns.call(kind); // once where there is room to link it
        }
        new Dive(2 * FRAMES, spawns).from(round);
        return spawned.get();
    }

    /// Children of each kind.
    private static void spawn(TaskScope scope, int frame, AtomicInteger ended) {
        Future<Void> child = cx -> {
            ended.getAndIncrement();
            return Poll.ready(null);
        };
        switch (frame % 3) {
            case 0 -> scope.spawn(child);
            case 1 -> scope.spawnLocal(child);
            default -> scope.spawn("child", child);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTaskIsSpawnedOrItsRuntimeKnowsNothingOfIt(Kind kind) throws Exception {
        try (var runtime = kind.builder().build()) {
            beside(runtime, new FutureTask<>(() -> {
                for (int round = 0; round < 5 * ROUNDS; round++) {
                    var ended = new AtomicInteger();
                    var spawned = new AtomicInteger();
                    spawn(runtime, spawned, ended); // once where there is room to link it
                    var dive = new Dive(2 * FRAMES, frame -> spawn(runtime, spawned, ended));
                    onASmallStack(dive, round % 7);
                    assertTrue(spawned.get() > 1);
                    while (ended.get() < spawned.get()) {
                        Thread.onSpinWait();
                    }
                }
                return null;
            }));
            assertEquals(0, runtime.metrics().tasksLive());
        }
    }

    private static void spawn(AsyncRuntime runtime, AtomicInteger spawned, AtomicInteger ended) {
        runtime.spawn(cx -> {
            ended.getAndIncrement();
            return Poll.ready(null);
        });
        spawned.getAndIncrement();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void blockOnIsWholeOrThrows(Kind kind) throws Exception {
        try (var runtime = kind.builder().build()) {
            var ended = new AtomicInteger();
            for (int round = 0; round < ROUNDS; round++) {
                onASmallStack(
                        new Dive(5 * FRAMES, frame -> {
                            blockOn(runtime);
                            ended.getAndIncrement();
                        }),
                        round);
                assertEquals(1, runtime.blockOn(Future.ready(1)));
            }
            assertTrue(ended.get() > 0);
            assertEquals(0, runtime.metrics().tasksLive());
        }
    }

    private static void blockOn(AsyncRuntime runtime) {
        try {
            runtime.blockOn(Future.ready(1));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
