// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.fixture.Leaf;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The tasks of an executor, which are found through one another.
class TaskListTest {
    private final TaskList list = new TaskList();
    private final Listing executor = new Listing(list);

    /// Queues what any thread schedules, and keeps a list of its tasks.
    private static final class Listing implements TaskExecutor {
        final TaskList list;
        final Queue<Task<?>> ready = new ConcurrentLinkedQueue<>();
        final Queue<Task<?>> started = new ConcurrentLinkedQueue<>();
        final AtomicLong ids = new AtomicLong();

        Listing(TaskList list) {
            this.list = list;
        }

        <T extends @Nullable Object> Task<T> spawn(Future<T> future) {
            var task = new Task<>(this, "", future);
            task.start();
            return task;
        }

        void runAll() {
            for (Task<?> task = ready.poll(); task != null; task = ready.poll()) {
                task.run();
            }
        }

        @Override
        public void schedule(Task<?> task) {
            ready.add(task);
        }

        @Override
        public void enter(Task<?> task) {
            list.add(task);
        }

        @Override
        public void started(Task<?> task) {
            started.add(task);
        }

        @Override
        public <V> @Nullable V find(Context.Key<V> key) {
            return null;
        }

        @Override
        public long nextTaskId() {
            return ids.incrementAndGet();
        }

        @Override
        public void unobserved(Task<?> task, Throwable failure) {}

        @Override
        public void ended(Task<?> task) {
            list.countEnded(task);
        }
    }

    private static Leaf<Integer> leaf() {
        return new Leaf<>("leaf");
    }

    /// A scope whose children are these and whose body waits.
    private static Future<Integer> scopeOf(List<Future<Integer>> children) {
        return TaskScope.call(block(scope -> {
            children.forEach(scope::spawn);
            return leaf();
        }));
    }

    /// Scopes in scopes.
    private static Future<Integer> nested(int depth) {
        return depth == 0
                ? leaf()
                : TaskScope.call(block(scope -> {
                    scope.spawn(nested(depth - 1));
                    return leaf();
                }));
    }

    private List<Long> ids() {
        return list.live().stream().map(Task::id).toList();
    }

    private void comeAndGo(int tasks) {
        for (int i = 0; i < tasks; i++) {
            executor.spawn(Future.ready(i));
        }
        executor.runAll();
    }

    @Test
    void childrenAreFoundThroughThoseWhoSpawnedThemTheOldestFirst() {
        executor.spawn(scopeOf(List.of(scopeOf(List.of(leaf(), leaf())), leaf())));
        executor.spawn(leaf());
        executor.runAll();
        executor.spawn(leaf());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), ids());
    }

    @Test
    void allScopesThatATaskHasOpenAreSearched() {
        var child = leaf();
        var body = leaf();
        var open = List.of(scopeOf(List.of(leaf())), scopeOf(List.of(leaf(), leaf())), TaskScope.call(block(scope -> {
            scope.spawn(child);
            return body;
        })));
        executor.spawn(cx -> {
            for (Future<Integer> scope : open) {
                scope.poll(cx);
            }
            return Poll.pending();
        });
        executor.runAll();
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), ids());
        child.complete(1);
        body.complete(2);
        executor.runAll();
        assertEquals(List.of(1L, 2L, 3L, 4L), ids());
    }

    @Test
    void whatABodySpawnsAtOnceIsFoundInThatVeryPoll() {
        var seen = new ArrayList<Long>();
        executor.spawn(TaskScope.call(block(scope -> {
            scope.spawn(leaf());
            seen.addAll(ids());
            return leaf();
        })));
        executor.runAll();
        assertEquals(List.of(1L, 2L), seen);
    }

    @Test
    void scopesThousandsDeepAreSearched() {
        executor.spawn(nested(20_000));
        executor.runAll();
        assertEquals(20_001, list.live().size());
        assertEquals(20_001, steps());
    }

    @Test
    void manyChildrenAreSearched() {
        var children = new ArrayList<Future<Integer>>();
        for (int i = 0; i < 200_000; i++) {
            children.add(leaf());
        }
        executor.spawn(scopeOf(children));
        executor.runAll();
        assertEquals(200_001, list.live().size());
        assertEquals(200_001, steps());
    }

    /// How many tasks a walk of single steps meets.
    private int steps() {
        var walk = new TaskWalk();
        var met = new HashSet<Task<?>>();
        walk.begin(list);
        for (Task<?> task = walk.next(); task != null; task = walk.next()) {
            assertTrue(met.add(task), () -> "a task was met twice");
        }
        assertTrue(walk.isAtItsEnd());
        return met.size();
    }

    @Test
    void endedTasksAreLetGo() {
        var known = new ArrayList<WeakReference<?>>();
        for (int i = 0; i < 10_000; i++) {
            known.add(new WeakReference<>(executor.spawn(scopeOf(List.of()))));
            executor.runAll();
            for (Task<?> task : list.live()) {
                task.abort();
            }
            executor.runAll();
        }
        executor.started.clear();
        Quiescence.collect();
        long left = known.stream().filter(task -> !task.refersTo(null)).count();
        assertTrue(left < 100, left + " tasks are still reachable");
    }

    // ------------------------------------------------------------------------------------------------- orphans

    /// Opens a scope, lets its children begin, and ends without it.
    private static Future<Integer> leaves(Future<Integer> scope) {
        Future<Integer> after = gives(1);
        return cx -> {
            Poll<Integer> polled = after.poll(cx);
            if (!polled.isReady()) {
                assertFalse(scope.poll(cx).isReady());
            }
            return polled;
        };
    }

    @Test
    void childrenOfAScopeThatWasLeftBehindAreFoundUntilTheyEnd() {
        Leaf<Integer> child = leaf().withSlowCleanUp();
        var opener = executor.spawn(leaves(scopeOf(List.of(child))));
        executor.runAll();
        assertInstanceOf(IllegalStateException.class, opener.failure());
        assertEquals(List.of(2L), ids());
        comeAndGo(1_000);
        assertEquals(List.of(2L), ids());
        child.finishCleanUp();
        executor.runAll();
        assertEquals(List.of(), ids());
    }

    @Test
    void alsoWhereThoseAboveEndToo() {
        Leaf<Integer> child = leaf().withSlowCleanUp();
        var root = executor.spawn(TaskScope.call(block(scope -> scope.spawn(leaves(scopeOf(List.of(child)))))));
        executor.runAll();
        assertTrue(root.isFinished());
        comeAndGo(1_000);
        assertEquals(List.of(3L), ids());
    }

    @Test
    void orphansOfOrphansAreFound() {
        Leaf<Integer> child = leaf().withSlowCleanUp();
        Leaf<Integer> between = leaf().withSlowCleanUp();
        Future<Integer> inner = scopeOf(List.of(child));
        executor.spawn(leaves(scopeOf(List.of(new Future<>() {
            @Override
            public Poll<Integer> poll(Context cx) throws Exception {
                inner.poll(cx);
                return between.poll(cx);
            }

            @Override
            public Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
                return between.pollCancel(cx);
            }
        }))));
        executor.runAll();
        assertEquals(List.of(2L, 3L), ids());
        between.finishCleanUp();
        executor.runAll();
        comeAndGo(1_000);
        assertEquals(List.of(3L), ids());
    }

    @Test
    void aChildThatIsSpawnedInAScopeThatWasLeftBehindIsFound() {
        var opened = new ArrayList<TaskScope>();
        var opener = executor.spawn(leaves(TaskScope.call(block(scope -> {
            opened.add(scope);
            return leaf();
        }))));
        executor.runAll();
        assertTrue(opener.isFinished());
        comeAndGo(1_000);
        opened.getFirst().spawn(leaf());
        executor.runAll();
        assertEquals(List.of(1_002L), ids());
        comeAndGo(1_000);
        assertEquals(List.of(1_002L), ids());
    }

    @Test
    void scopesThatWereLeftBehindAreForgottenWithTheirLastChild() {
        var known = new ArrayList<WeakReference<?>>();
        for (int i = 0; i < 1_000; i++) {
            Leaf<Integer> child = leaf().withSlowCleanUp();
            executor.spawn(leaves(TaskScope.call(block(scope -> {
                known.add(new WeakReference<>(scope));
                scope.spawn(child);
                return leaf();
            }))));
            executor.runAll();
            child.finishCleanUp();
            executor.runAll();
        }
        executor.started.clear();
        assertEquals(List.of(), ids());
        Quiescence.collect();
        long left = known.stream().filter(scope -> !scope.refersTo(null)).count();
        assertTrue(left < 100, left + " scopes are still reachable");
    }

    @Test
    void allAreFoundAgainThatWereTakenOutAndPutBack() {
        executor.spawn(nested(3));
        executor.spawn(leaves(scopeOf(List.of(leaf().withSlowCleanUp()))));
        executor.runAll();
        List<Long> before = ids();
        List<WeakReference<Task<?>>> weak = Quiescence.weaken(list);
        assertEquals(List.of(), ids());
        assertEquals(0, Quiescence.restore(weak, list));
        assertEquals(before, ids());
        assertEquals(5, before.size());
    }

    @Test
    void whatIsTakenOutIsNotHeld() {
        executor.spawn(nested(3));
        executor.spawn(leaves(scopeOf(List.of(leaf().withSlowCleanUp()))));
        executor.runAll();
        executor.started.clear();
        List<WeakReference<Task<?>>> weak = Quiescence.weaken(list);
        int all = weak.size();
        Quiescence.collect();
        assertEquals(all, Quiescence.restore(weak, list));
        assertEquals(List.of(), ids());
    }

    // ------------------------------------------------------------------------------------------------- threads

    /// Gives way some times.
    private static Future<Integer> gives(int ways) {
        var left = new int[] {ways};
        return cx -> {
            cx.waker().wake();
            return left[0]-- > 0 ? Poll.pending() : Poll.ready(1);
        };
    }

    /// Scopes in scopes of which some are left behind, with children that end when `slow` says so.
    private static Future<Integer> grows(Random random, int depth, Queue<Leaf<Integer>> slow) {
        if (depth == 0) {
            return gives(random.nextInt(4));
        }
        var children = new ArrayList<Future<Integer>>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            children.add(grows(random, depth - 1, slow));
        }
        Future<Integer> body = gives(random.nextInt(6));
        if (random.nextInt(4) > 0) {
            return TaskScope.call(block(scope -> {
                children.forEach(scope::spawn);
                return body;
            }));
        }
        Leaf<Integer> child = leaf().withSlowCleanUp();
        slow.add(child);
        children.add(child);
        Future<Integer> left = scopeOf(children);
        return cx -> {
            left.poll(cx);
            return body.poll(cx);
        };
    }

    @Test
    void whatLivedBeforeALookAndLivesAfterItIsSeen() throws Exception {
        var slow = new ConcurrentLinkedQueue<Leaf<Integer>>();
        var over = new AtomicBoolean();
        var thrown = new AtomicReference<@Nullable Throwable>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 2; i++) {
            var random = new Random(i);
            threads.add(new Thread(() -> {
                while (!over.get()) {
                    Task<?> task = executor.ready.poll();
                    if (task == null) {
                        executor.spawn(grows(random, 1 + random.nextInt(4), slow));
                    }
                    if (task != null) {
                        task.run();
                    }
                    if (slow.size() > 200) {
                        slow.remove().finishCleanUp();
                    }
                }
            }));
        }
        threads.forEach(thread -> thread.setUncaughtExceptionHandler((where, what) -> thrown.set(what)));
        threads.forEach(Thread::start);
        int seen = 0;
        try {
            while (executor.ids.get() < 50_000 && thrown.get() == null) {
                executor.started.removeIf(Task::isFinished);
                var before = List.copyOf(executor.started);
                var live = new HashSet<>(list.live());
                for (Task<?> task : before) {
                    if (!task.isFinished()) {
                        seen++;
                        assertTrue(live.contains(task), task + " is not among " + live.size());
                    }
                }
            }
        } finally {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertSame(null, thrown.get());
        assertTrue(seen > 1_000, "only " + seen + " tasks lived that long");
    }

    @Test
    void nobodyIsTakenForLostWhileATaskIsToBePolled() {
        var list = new TaskList();
        var executor = new Listing(list);
        Task<Integer> waiting = executor.spawn(leaf());
        executor.runAll();
        Task<Integer> woken = executor.spawn(leaf());
        assertTrue(Quiescence.weaken(list).isEmpty());
        assertEquals(List.of(waiting, woken), list.live());
        executor.runAll();
        assertEquals(2, Quiescence.weaken(list).size());
        assertEquals(List.of(), list.live());
    }
}
