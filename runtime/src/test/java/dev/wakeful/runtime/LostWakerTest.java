// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.spi.Spawner;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A program that would hang for ever ends with a report instead.
@ParameterizedClass
@EnumSource(Kind.class)
class LostWakerTest {
    private final Kind kind;

    LostWakerTest(Kind kind) {
        this.kind = kind;
    }

    /// The report about a future that no variable of the blocked thread holds, since such a one could still wake it.
    private String report(Supplier<Future<?>> future) {
        try (var runtime = kind.builder().name("test").build()) {
            return assertThrows(LostWakerException.class, () -> runtime.blockOn(future.get()))
                    .getMessage();
        }
    }

    /// Keeps its waker where nobody else finds it.
    private static final class KeepsItsWaker extends CheckedFuture<Void> {
        private Waker waker;
        private final List<String> trace;

        KeepsItsWaker(List<String> trace) {
            this.trace = trace;
        }

        @Override
        protected Object advance(Context cx) {
            waker = cx.waker();
            return PENDING;
        }

        @Override
        protected boolean release(Context cx) {
            trace.add("released " + (waker != null));
            return true;
        }
    }

    /// Asks for its waker and drops it.
    private static Future<Void> drops(List<String> trace) {
        return new CheckedFuture<>() {
            @Override
            protected Object advance(Context cx) {
                cx.waker();
                return PENDING;
            }

            @Override
            protected boolean release(Context cx) {
                trace.add("released");
                return true;
            }

            @Override
            public void describe(Description to) {
                to.label("Doorbell");
                to.at(new StackTraceElement("Door", "open", "Door.java", 12));
                to.waitsFor("somebody at the door", null);
            }
        };
    }

    @Test
    void pendingWithoutHavingAskedForTheWakerIsReportedAfterThatPoll() {
        String text = report(() -> cx -> Poll.pending());
        assertTrue(text.contains("returned Pending without having asked for its waker"), text);
        assertTrue(text.contains("task 1 \"main\"; take cx.waker() in the poll"), text);
    }

    @Test
    void droppedWakerIsReportedAndTheTaskCleansUp() {
        var trace = new ArrayList<String>();
        assertEquals(
                "nothing can ever wake task 1 \"main\": Doorbell, awaited at Door.open(Door.java:12), waits for"
                        + " somebody at the door, and the waker it was given is gone; keep cx.waker() where the one who"
                        + " makes the progress finds it, and wake it there\n"
                        + "  task 1 \"main\" waits:\n"
                        + "    Doorbell at Door.open(Door.java:12), waits for somebody at the door",
                report(() -> drops(trace)));
        assertEquals(List.of("released"), trace);
    }

    @Test
    void futureThatIsNeverReadyIsNoHope() {
        String text = report(Future::pending);
        assertTrue(
                text.startsWith("nothing can ever wake task 1 \"main\": Future.pending(), which is never ready"), text);
    }

    @Test
    void wakerThatOnlyItsOwnFutureHoldsIsReported() {
        String text = report(() -> new KeepsItsWaker(new ArrayList<>()));
        assertTrue(text.startsWith("nothing is left that could wake anything: no ready task, timer, I/O"), text);
        assertTrue(text.contains("task 1 \"main\" waits:\n    LostWakerTest.KeepsItsWaker"), text);
    }

    /// A lock whose waiters wait for its owner.
    private static final class Lock {
        private final String name;
        private TaskRef owner;
        private final WakerCell waiter = new WakerCell();

        Lock(String name) {
            this.name = name;
        }
    }

    /// Takes one lock, lets the other task take its own, and wants the other lock then.
    private static Future<Void> locksBoth(Lock first, Lock second) {
        return new CheckedFuture<>() {
            private int step;

            @Override
            protected Object advance(Context cx) {
                if (step++ == 0) {
                    first.owner = cx.task();
                    cx.waker().wake();
                    return PENDING;
                }
                second.waiter.register(cx.waker());
                return PENDING;
            }

            @Override
            public void describe(Description to) {
                to.label("lock of " + second.name);
                to.waitsFor("lock " + second.name, second.owner);
            }
        };
    }

    @Test
    void deadlockOfTwoTasksIsReportedWithItsCycle() {
        String text = report(() -> TaskScopes.two(deadlockScope()));
        assertTrue(text.contains("\n  a cycle: task "), text);
        assertTrue(text.contains("task 2 \"a\" waits for lock y of task 3 \"b\""), text);
        assertTrue(text.contains("task 3 \"b\" waits for lock x of task 2 \"a\""), text);
        assertTrue(text.contains("task 1 \"main\" waits:"), text);
    }

    private static java.util.function.Consumer<TaskScope> deadlockScope() {
        return scope -> {
            var x = new Lock("x");
            var y = new Lock("y");
            scope.spawn("a", locksBoth(x, y));
            scope.spawn("b", locksBoth(y, x));
        };
    }

    @Test
    void thoseWhoJoinALostTaskGetTheReport() {
        var trace = new ArrayList<String>();
        String text = report(() -> new Future<Void>() {
            private JoinHandle<Void> handle;

            @Override
            public Poll<Void> poll(Context cx) throws Exception {
                if (handle == null) {
                    handle = cx.get(Spawner.KEY).spawn("lost", drops(trace));
                }
                return handle.poll(cx);
            }
        });
        assertTrue(text.startsWith("nothing can ever wake task 2 \"lost\": Doorbell"), text);
        assertEquals(List.of("released"), trace);
    }

    @Test
    void wakerThatAnotherThreadHoldsIsWaitedFor() throws Exception {
        var polled = new CountDownLatch(1);
        var waker = new AtomicReference<Waker>();
        var flag = new AtomicBoolean();
        Future<String> waits = cx -> {
            waker.set(cx.waker());
            polled.countDown();
            return flag.get() ? Poll.ready("woken") : Poll.pending();
        };
        try (var runtime = kind.builder().build()) {
            var watch = new CountDownLatch(1);
            Thread.ofPlatform().start(() -> {
                try {
                    polled.await();
                    while (runtime.metrics().parks()
                            < 3) { // it has looked at least twice and found the waker reachable
                        Thread.onSpinWait();
                    }
                    flag.set(true);
                    waker.get().wake();
                    watch.countDown();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals("woken", runtime.blockOn(waits));
            watch.await();
        }
    }

    @Test
    void timersAreHope() throws Exception {
        try (var runtime = kind.builder().build()) {
            runtime.spawn(Time.sleep(Duration.ofMillis(30)));
            runtime.blockOn(Time.sleep(Duration.ofMillis(20)));
        }
    }

    /// Scopes whose body spawns and then ends.
    private static final class TaskScopes {
        static Future<Void> two(java.util.function.Consumer<TaskScope> spawns) {
            return new Future<>() {
                private Future<Void> scope;

                @Override
                public Poll<Void> poll(Context cx) throws Exception {
                    if (scope == null) {
                        scope = cx.get(TaskScope.OPENER)
                                .open(
                                        TaskScope.options(),
                                        opened -> {
                                            spawns.accept(opened);
                                            return Future.ready(null);
                                        },
                                        cx);
                    }
                    return scope.poll(cx);
                }

                @Override
                public Poll<Void> pollCancel(Context cx) throws Exception {
                    return scope.pollCancel(cx);
                }

                @Override
                public void describe(Description to) {
                    to.label("two");
                    if (scope != null) {
                        to.child(scope);
                    }
                }
            };
        }
    }
}
