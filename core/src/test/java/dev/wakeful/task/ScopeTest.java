// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.JoinHandle;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> a = new Leaf<>("a", trace);
    private final Leaf<Integer> b = new Leaf<>("b", trace);
    private final Leaf<Integer> body = new Leaf<>("body", trace);
    private @Nullable TaskScope scope;

    private <T extends @Nullable Object> Task<T> spawnScope(Function<TaskScope, Future<T>> inside) {
        var task = executor.spawn(TaskScope.call(block(opened -> {
            scope = opened;
            return inside.apply(opened);
        })));
        executor.runAll();
        return task;
    }

    @Test
    void aScopeThatWasNotPolledOpensNothing() {
        TaskScope.call(block(opened -> {
            throw new AssertionError("opened");
        }));
    }

    @Test
    void aTaskThatEndsBeforeTheChildrenOfItsScopeFailsAndNamesThem() {
        Future<Integer> leaky = new Future<>() {
            private final Future<Integer> inside = TaskScope.call(block(opened -> {
                opened.spawn("straggler", a);
                return body;
            }));

            @Override
            public Poll<Integer> poll(Context cx) throws Exception {
                inside.poll(cx);
                return Poll.ready(1); // without the scope having ended
            }
        };
        var task = executor.spawn(leaky);
        executor.runAll();

        var refused = assertInstanceOf(IllegalStateException.class, task.failure());
        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "task 1 ended while children of its scope are alive; await the future of the scope to"
                                        + " its end, or call pollCancel until it is ready\n"
                                        + "  task 2 \"straggler\" waits:\n"
                                        + "    "),
                refused.getMessage());
        assertEquals(2, executor.ended, "the child was cancelled");
    }

    @Test
    void theScopeEndsWithTheBodysValueWhenTheLastChildHasEnded() throws Exception {
        var task = spawnScope(s -> {
            s.spawn(a);
            s.spawn(b);
            return Future.ready("value");
        });
        a.complete(1);
        executor.runAll();
        assertFalse(task.isFinished());
        b.complete(2);
        executor.runAll();
        assertEquals("value", StepExecutor.result(task));
    }

    @Test
    void theFirstFailureCancelsSiblingsAndBodyAndSurfacesAsTheVeryObject() {
        var failure = new IOException("child");
        var task = spawnScope(s -> {
            s.spawn(a);
            s.spawn(b.withSlowCleanUp());
            return body;
        });
        trace.clear();
        a.fail(failure);
        executor.runAll();
        assertFalse(task.isFinished());
        assertTrue(trace.containsAll(List.of("cancel b", "end body")), trace.toString());
        b.finishCleanUp();
        executor.runAll();
        assertSame(failure, task.failure());
    }

    @Test
    void laterFailuresAreSuppressedInTheOrderOfTheirArrival() {
        var first = new IOException("first");
        var cleanUp = new IllegalStateException("clean-up of b");
        var last = new IllegalArgumentException("clean-up of the body");
        var task = spawnScope(s -> {
            s.spawn(a);
            s.spawn(b.withFailingCleanUp(cleanUp));
            return body.withSlowCleanUp().withFailingCleanUp(last);
        });
        a.fail(first);
        executor.runAll();
        body.finishCleanUp();
        executor.runAll();
        assertSame(first, task.failure());
        assertArrayEquals(new Throwable[] {cleanUp, last}, first.getSuppressed());
    }

    @Test
    void aFailureOfTheBodyCancelsTheChildren() {
        var failure = new IOException("body");
        var task = spawnScope(s -> {
            s.spawn(a);
            return body;
        });
        body.fail(failure);
        executor.runAll();
        assertSame(failure, task.failure());
        assertTrue(trace.contains("end a"));
        assertArrayEquals(new Throwable[0], failure.getSuppressed());
    }

    @Test
    void aFailureThatTheBodyAwaitsToIsTheSameFailureOnce() {
        var failure = new IOException("child");
        var task = spawnScope(s -> s.spawn(a));
        a.fail(failure);
        executor.runAll();
        assertSame(failure, task.failure());
        assertArrayEquals(new Throwable[0], failure.getSuppressed());
    }

    @Test
    void aCancelledChildIsNoFailure() throws Exception {
        var child = new JoinHandle<?>[1];
        var task = spawnScope(s -> {
            child[0] = s.spawn(a);
            s.spawn(b);
            return body;
        });
        child[0].abort();
        executor.runAll();
        assertFalse(task.isFinished());
        b.complete(1);
        body.complete(7);
        executor.runAll();
        assertEquals(7, StepExecutor.result(task));
    }

    @Test
    void cancellingCancelsBodyAndChildrenAtOnceAndTheScopeEndsWithTheLast() {
        var task = spawnScope(s -> {
            s.spawn(a.withSlowCleanUp());
            s.spawn(b.withSlowCleanUp());
            return body.withSlowCleanUp();
        });
        trace.clear();
        scope().cancel("enough");
        scope().cancel("again");
        executor.runAll();
        assertEquals(
                List.of("cancel a", "cancel b", "cancel body"),
                trace.stream().sorted().toList());
        a.finishCleanUp();
        body.finishCleanUp();
        executor.runAll();
        assertFalse(task.isFinished());
        b.finishCleanUp();
        executor.runAll();
        var outcome = assertInstanceOf(CancelledException.class, task.failure());
        assertEquals("enough", outcome.reason());
    }

    @Test
    void aBodyThatCancelsItsScopeAndEndsInTheSamePollHasItsValue() throws Exception {
        var task = spawnScope(s -> {
            s.spawn(a);
            return cx -> {
                s.cancel();
                return Poll.ready("done");
            };
        });
        executor.runAll();
        assertEquals("done", StepExecutor.result(task));
    }

    @Test
    void cancellingTheTaskCancelsItsScopeForTheSameReason() {
        var reasons = new ArrayList<String>();
        var task = spawnScope(s -> {
            JoinHandle<Integer> child = s.spawn(a);
            reasons.add(((Task<?>) child).reason());
            return body;
        });
        task.abort("shutdown");
        executor.runAll();
        assertTrue(task.isCancelled());
        assertTrue(trace.containsAll(List.of("end a", "end body")));
        assertTrue(scope().isCancelled());
    }

    @Test
    void spawningOnACancelledScopeGivesATaskThatIsCancelledWithoutBeingPolled() {
        spawnScope(s -> body.withSlowCleanUp());
        scope().cancel();
        executor.runAll();
        var late = (Task<?>) scope().spawn(a);
        executor.runAll();
        assertTrue(late.isCancelled());
        assertFalse(trace.contains("poll a"));
    }

    @Test
    void spawningOnAScopeThatHasEndedIsRefused() {
        spawnScope(s -> Future.ready(1));
        var refused = assertThrows(IllegalStateException.class, () -> scope().spawn(a));
        assertEquals(
                "the scope of task 1 has ended and takes no more children;"
                        + " spawn while its body or a child still runs",
                refused.getMessage());
    }

    @Test
    void aChildMaySpawnOnTheScopeAfterTheBodyHasEnded() throws Exception {
        var task = spawnScope(s -> {
            s.spawn(a.then(x -> {
                s.spawn(b);
                return Future.ready(x);
            }));
            return Future.ready("body");
        });
        a.complete(1);
        executor.runAll();
        assertFalse(task.isFinished());
        b.complete(2);
        executor.runAll();
        assertEquals("body", StepExecutor.result(task));
    }

    @Test
    void aNestedScopeIsCancelledWithWhatContainsItAndEndsFirst() {
        var task = spawnScope(s -> {
            s.spawn(TaskScope.call(block(inner -> {
                inner.spawn(a.withSlowCleanUp());
                return b;
            })));
            return body;
        });
        scope().cancel();
        executor.runAll();
        assertTrue(trace.containsAll(List.of("cancel a", "end b", "end body")));
        assertFalse(task.isFinished());
        a.finishCleanUp();
        executor.runAll();
        assertTrue(task.isFinished());
    }

    @Test
    void twoScopesInOneTaskAreIndependent() throws Exception {
        var task = executor.spawn(Futures.catching(TaskScope.call(block(s -> {
                    s.spawn(a);
                    return body;
                })))
                .then(first -> TaskScope.call(block(s -> s.spawn(b)))));
        executor.runAll();
        a.fail(new IOException("first scope"));
        executor.runAll();
        b.complete(3);
        executor.runAll();
        assertEquals(3, StepExecutor.result(task));
    }

    @Test
    void aScopeNeedsATask() {
        var refused = assertThrows(
                IllegalStateException.class,
                () -> TaskScope.call(block(s -> body)).poll(Hand.CX));
        assertTrue(refused.getMessage().startsWith("this context offers no task scope; it comes from a runtime"));
    }

    @Test
    void aBodyThatForgetsItsWakerIsReportedAndItsChildrenAreCancelled() {
        var children = new ArrayList<JoinHandle<Integer>>();
        var task = spawnScope(s -> {
            children.add(s.spawn(a));
            return cx -> Poll.pending();
        });
        assertInstanceOf(LostWakerException.class, task.failure());
        assertTrue(((Task<?>) children.getFirst()).isCancelled());
    }

    @Test
    void endedChildrenAreNotRetained() {
        var children = new ArrayList<WeakReference<?>>();
        spawnScope(s -> {
            for (int i = 0; i < 10_000; i++) {
                children.add(new WeakReference<>(s.spawn(Future.ready(i))));
            }
            return body;
        });
        Quiescence.collect();
        long known = children.stream().filter(child -> !child.refersTo(null)).count();
        assertTrue(known < 100, known + " children are still reachable");
    }

    @Test
    void inSeededSchedulesNoChildOutlivesItsScope() {
        for (int seed = 0; seed < 3_000; seed++) {
            var random = new Random(seed);
            var steps = new StepExecutor(seed);
            var leaves = new ArrayList<Leaf<Integer>>();
            var children = new ArrayList<Task<?>>();
            var opened = new TaskScope[1];
            var bodyLeaf = new Leaf<Integer>("body");
            var task = steps.spawn(TaskScope.call(block(s -> {
                opened[0] = s;
                return bodyLeaf;
            })));
            for (int i = 0; i < 30 && !task.isFinished(); i++) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        if (opened[0] != null) {
                            var leaf = new Leaf<Integer>("child");
                            leaves.add(random.nextInt(3) == 0 ? leaf.withSlowCleanUp() : leaf);
                            children.add((Task<?>) opened[0].spawn(leaf));
                        }
                    }
                    case 1 -> pick(random, leaves, leaf -> leaf.complete(1));
                    case 2 -> pick(random, leaves, leaf -> leaf.fail(new IOException("x")));
                    case 3 -> {
                        if (random.nextInt(4) == 0) {
                            task.abort();
                        }
                    }
                    case 4 -> {
                        if (random.nextInt(3) == 0) {
                            bodyLeaf.complete(1);
                        }
                    }
                    default -> {
                        if (steps.hasReady()) {
                            steps.step();
                        }
                    }
                }
                if (task.isFinished()) {
                    assertTrue(children.stream().allMatch(Task::isFinished), "seed " + seed);
                }
            }
            bodyLeaf.complete(1);
            leaves.forEach(leaf -> leaf.complete(2));
            leaves.forEach(Leaf::finishCleanUp);
            steps.runAll();
            assertTrue(task.isFinished(), "seed " + seed + ": the scope hangs");
            assertTrue(children.stream().allMatch(Task::isFinished), "seed " + seed);
        }
    }

    private static void pick(
            Random random, List<Leaf<Integer>> leaves, java.util.function.Consumer<Leaf<Integer>> act) {
        if (!leaves.isEmpty()) {
            act.accept(leaves.get(random.nextInt(leaves.size())));
        }
    }

    private TaskScope scope() {
        if (scope == null) {
            throw new AssertionError("no scope was opened");
        }
        return scope;
    }

    @Test
    void aFinishedScopeHasNoFailureWhenAllWentWell() {
        var task = spawnScope(s -> Future.ready(1));
        assertNull(task.failure());
    }

    @Test
    void childrenMayBeSpawnedFromOtherThreadsUntilTheScopeHasEnded() throws Exception {
        for (int round = 0; round < 200; round++) {
            var ended = new ConcurrentLinkedQueue<Task<?>>();
            var inbox = new ConcurrentLinkedQueue<Task<?>>();
            var shared = new Inbox(inbox);
            var opened = new TaskScope[1];
            var gate = new Leaf<Integer>("gate");
            var task = new Task<>(shared, "", TaskScope.call(block(s -> {
                opened[0] = s;
                return gate;
            })));
            task.start();
            shared.runAll();
            var spawner = new Thread(() -> {
                for (int i = 0; i < 50; i++) {
                    try {
                        ended.add((Task<?>) opened[0].spawn(Future.ready(i)));
                    } catch (IllegalStateException refused) {
                        return; // the scope has ended
                    }
                }
            });
            spawner.start();
            for (int i = 0; i < round % 50; i++) {
                shared.runAll();
            }
            gate.complete(1);
            while (!task.isFinished()) {
                shared.runAll();
            }
            spawner.join();
            shared.runAll();
            assertTrue(ended.stream().allMatch(Task::isFinished), "round " + round);
        }
    }

    /// Polls on the test's thread what any thread has scheduled.
    private record Inbox(java.util.Queue<Task<?>> queue) implements TaskExecutor {
        void runAll() {
            for (Task<?> task = queue.poll(); task != null; task = queue.poll()) {
                task.run();
            }
        }

        @Override
        public void schedule(Task<?> task) {
            queue.add(task);
        }

        @Override
        public <V> @Nullable V find(Context.Key<V> key) {
            return null;
        }

        @Override
        public long nextTaskId() {
            return 1;
        }

        @Override
        public void ended(Task<?> task) {}
    }
}
