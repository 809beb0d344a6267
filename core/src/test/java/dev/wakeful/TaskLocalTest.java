// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/// Semantics S-T9.
class TaskLocalTest {
    private static final ScopedValue<String> USER = ScopedValue.newInstance();
    private static final ScopedValue<String> TRANSACTION = ScopedValue.newInstance();
    private static final TaskLocal<String> user = TaskLocal.of(USER);
    private static final TaskLocal<String> transaction =
            TaskLocal.of(TRANSACTION).notInherited();

    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> leaf = new Leaf<>("leaf");

    /// Notes who it is run for, in its polls and when it is wound down.
    private final class Noting extends CheckedFuture<Integer> {
        private final Future<Integer> inner;

        Noting(Future<Integer> inner) {
            this.inner = inner;
        }

        @Override
        protected Object advance(Context cx) throws Exception {
            trace.add("poll for " + seen());
            return inner.pollRaw(cx);
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            trace.add("cancel for " + seen());
            return inner.pollCancel(cx).isReady();
        }
    }

    private static String seen() {
        return USER.orElse("nobody");
    }

    @Test
    void valueIsBoundAroundEveryPollAndPollCancel() {
        var task = executor.spawn(user.bind("ann", new Noting(leaf.withSlowCleanUp())));
        executor.runAll();
        leaf.wakeOnly();
        executor.runAll();
        task.abort();
        executor.runAll();
        leaf.finishCleanUp();
        executor.runAll();
        assertEquals(List.of("poll for ann", "poll for ann", "cancel for ann", "cancel for ann"), trace);
        assertFalse(USER.isBound());
    }

    @Test
    void tasksThatTakeTurnsSeeTheirOwn() {
        var other = new Leaf<Integer>("other");
        executor.spawn(user.bind("ann", new Noting(leaf)));
        executor.spawn(user.bind("bob", new Noting(other)));
        executor.spawn(new Noting(Future.ready(1)));
        executor.runAll();
        other.complete(1);
        leaf.complete(1);
        executor.runAll();
        assertEquals(List.of("poll for ann", "poll for bob", "poll for nobody", "poll for bob", "poll for ann"), trace);
    }

    @Test
    void spawnedTasksInheritAlsoWhenTheyArePolledLater() throws Exception {
        executor.run(user.bind("ann", TaskScope.call(block(scope -> {
            scope.spawn(TaskScope.call(block(inner -> inner.spawn(new Noting(Future.ready(1))))));
            return Future.ready(null);
        }))));
        assertEquals(List.of("poll for ann"), trace);
    }

    @Test
    void whatIsNotToBeInheritedIsNot() throws Exception {
        var inside = new ArrayList<Boolean>();
        executor.run(user.bind("ann", transaction.bind("t1", TaskScope.call(block(scope -> {
            inside.add(TRANSACTION.isBound());
            return scope.spawn(cx -> {
                inside.add(TRANSACTION.isBound());
                trace.add(USER.get());
                return Poll.ready(1);
            });
        })))));
        assertEquals(List.of(true, false), inside);
        assertEquals(List.of("ann"), trace);
    }

    @Test
    void innerBindingThatIsNotInheritedHidesTheOuterOneFromChildren() throws Exception {
        var bound = new ArrayList<Boolean>();
        executor.run(user.bind("ann", user.notInherited().bind("bob", TaskScope.call(block(scope -> {
            trace.add(USER.get());
            return scope.spawn(cx -> {
                bound.add(USER.isBound());
                return Poll.ready(1);
            });
        })))));
        assertEquals(List.of("bob"), trace);
        assertEquals(List.of(false), bound);
    }

    @Test
    void innermostBindingCountsAndEndsWithItsFuture() throws Exception {
        executor.run(
                user.bind("ann", user.bind("bob", new Noting(Future.ready(1))).then(x -> new Noting(Future.ready(2)))));
        assertEquals(List.of("poll for bob", "poll for ann"), trace);
    }

    @Test
    void bindingIsLazy() {
        var future = user.bind("ann", new Noting(Future.ready(1)));
        assertEquals(List.of(), trace);
        assertEquals(future.toString(), future.toString());
    }

    @Test
    void neverPolledIsWoundDownWithoutRunningAnything() throws Exception {
        assertTrue(user.bind("ann", new Noting(leaf)).pollCancel(Hand.CX).isReady());
        assertEquals(List.of(), trace);
    }

    @Test
    void failureIsTheVeryObject() {
        var broken = new IOException("broken");
        assertSame(
                broken, assertThrows(IOException.class, () -> executor.run(user.bind("ann", Future.failed(broken)))));
    }

    @Test
    void trackedTaskThatIsNeverPolledIsCountedOffWithItsLocals() throws Exception {
        var tracker = new TaskTracker();
        executor.run(user.bind("ann", TaskScope.call(block(scope -> {
            tracker.spawn(scope, leaf).abort();
            return Future.ready(1);
        }))));
        assertEquals(0, tracker.size());
    }

    @Test
    void readingWhatIsNotBoundFails() {
        assertFalse(user.isBound());
        assertThrows(NoSuchElementException.class, user::get);
    }
}
