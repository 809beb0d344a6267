// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static dev.wakeful.fixture.Hand.action;
import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Abortable;
import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.FutureSet;
import dev.wakeful.Futures;
import dev.wakeful.Grace;
import dev.wakeful.JoinPolicy;
import dev.wakeful.Select;
import dev.wakeful.TaskScope;
import dev.wakeful.WakerCell;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// When clean-up is cut: S-D7, S-D8 and S-D10, on a clock that the test moves.
class GracePeriodTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Stubborn a = new Stubborn("a");
    private final Stubborn b = new Stubborn("b");
    private final Leaf<Integer> leaf = new Leaf<>("leaf");
    private @Nullable TaskScope scope;

    GracePeriodTest() {
        executor.graceNanos = 100;
    }

    /// As a machine whose clean-up awaits for ever: it is cut when the grace period that its context offers is over.
    private final class Stubborn extends CheckedFuture<Integer> {
        private final String name;
        private final WakerCell cell = new WakerCell();

        Stubborn(String name) {
            this.name = name;
        }

        @Override
        protected Object advance(Context cx) {
            cell.register(cx.waker());
            return PENDING;
        }

        @Override
        protected boolean release(Context cx) {
            if (cx.get(Grace.KEY).isOver()) {
                trace.add(name + " cut at " + executor.timer.nanos());
                return true;
            }
            cell.register(cx.waker());
            return false;
        }
    }

    private Task<?> opened(TaskScope.Policy policy, java.util.function.Function<TaskScope, Future<?>> inside) {
        var task = executor.spawn(TaskScope.run(policy, action(opened -> {
            scope = opened;
            return inside.apply(opened);
        })));
        executor.runAll();
        return task;
    }

    private void advanceTo(long nanos) {
        executor.timer.advanceTo(nanos);
        executor.runAll();
    }

    private void assertCut(Task<?> ended, String... cuts) {
        assertEquals(List.of(cuts), trace);
        assertTrue(ended.isFinished());
        assertEquals(0, executor.timer.armed(), "alarms are left");
    }

    private TaskScope scope() {
        if (scope == null) {
            throw new AssertionError("no scope was opened");
        }
        return scope;
    }

    @Test
    void taskHasTheRuntimesPeriodFromItsCancelOn() {
        var task = executor.spawn(a);
        executor.runAll();
        executor.timer.advanceTo(1_000);
        task.abort();
        executor.runAll();
        task.abort("again");
        advanceTo(1_099);
        assertFalse(task.isFinished());
        advanceTo(1_100);
        assertCut(task, "a cut at 1100");
    }

    @Test
    void periodOfAScopeCountsForBodyAndChildrenFromItsCancelOn() {
        var task =
                executor.spawn(TaskScope.options().grace(Duration.ofNanos(30)).run(action(opened -> {
                    scope = opened;
                    opened.spawn(a);
                    return b;
                })));
        executor.runAll();
        executor.timer.advanceTo(500);
        scope().cancel("enough");
        executor.runAll();
        advanceTo(510);
        scope().cancel("later cancels do not prolong it");
        advanceTo(529);
        assertFalse(task.isFinished());
        advanceTo(530);
        assertTrue(trace.containsAll(List.of("a cut at 530", "b cut at 530")), trace.toString());
        assertTrue(task.isFinished());
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void periodOfAScopeMayBeLongerThanTheRuntimes() {
        var task =
                executor.spawn(TaskScope.options().grace(Duration.ofNanos(300)).run(action(opened -> {
                    scope = opened;
                    return a;
                })));
        executor.runAll();
        scope().cancel();
        executor.runAll();
        advanceTo(299);
        assertFalse(task.isFinished());
        advanceTo(300);
        assertCut(task, "a cut at 300");
    }

    @Test
    void scopeWithoutAPeriodHasTheEnclosingOnes() {
        var task = executor.spawn(TaskScope.options()
                .grace(Duration.ofNanos(30))
                .run(action(outer -> outer.spawn(TaskScope.run(action(inner -> {
                    scope = inner;
                    inner.spawn(a);
                    return leaf;
                }))))));
        executor.runAll();
        scope().cancel();
        executor.runAll();
        advanceTo(30);
        assertCut(task, "a cut at 30");
    }

    @Test
    void failureOfASiblingStartsThePeriod() {
        var broken = new IOException("broken");
        var task = opened(TaskScope.Policy.FAIL_FAST, s -> {
            s.spawn(a);
            return leaf;
        });
        executor.timer.advanceTo(40);
        leaf.fail(broken);
        executor.runAll();
        advanceTo(139);
        assertFalse(task.isFinished());
        advanceTo(140);
        assertCut(task, "a cut at 140");
        assertEquals(broken, task.failure());
    }

    @Test
    void earliestEndOfNestedPeriodsCounts() {
        var outerScope = new TaskScope[1];
        var task =
                executor.spawn(TaskScope.options().grace(Duration.ofNanos(20)).run(action(outer -> {
                    outerScope[0] = outer;
                    return TaskScope.options().grace(Duration.ofNanos(500)).run(action(inner -> {
                        scope = inner;
                        inner.spawn(a);
                        return b;
                    }));
                })));
        executor.runAll();
        scope().cancel("first the inner one, which has until 500");
        executor.runAll();
        advanceTo(50);
        outerScope[0].cancel("then the outer one, which has until 70");
        executor.runAll();
        advanceTo(69);
        assertFalse(task.isFinished());
        advanceTo(70);
        assertEquals(
                List.of("a cut at 70", "b cut at 70"), trace.stream().sorted().toList());
        assertTrue(task.isFinished());
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void endOfTheRuntimesCleanUpCountsForAll() {
        var task = executor.spawn(a);
        executor.runAll();
        task.abort();
        executor.runAll();
        executor.cleanUpEndNanos = 10;
        executor.timer.advanceTo(10);
        task.notifyTask();
        executor.runAll();
        assertCut(task, "a cut at 10");
    }

    @Test
    void loserOfARaceHasAPeriodFromItsFirstPollCancelOn() throws Exception {
        var task = executor.spawn(Futures.race(a, leaf));
        executor.runAll();
        executor.timer.advanceTo(7);
        leaf.complete(1);
        executor.runAll();
        advanceTo(106);
        assertFalse(task.isFinished());
        advanceTo(107);
        assertCut(task, "a cut at 107");
        assertEquals(1, StepExecutor.result(task));
    }

    @Test
    void eachKindOfGivingUpHasAPeriod() {
        var first = executor.spawn(
                Select.<Integer>of().on(leaf, block(Future::ready)).on(a, block(Future::ready)));
        Abortable<Integer> abortable = Futures.abortable(b);
        var second = executor.spawn(abortable);
        FutureSet<Integer> set = FutureSet.unordered();
        set.add(new Stubborn("c"));
        var third = executor.spawn(Futures.pollOnce(set.next()).then(poll -> set.windDown()));
        var failing = new Leaf<Integer>("failing");
        var fourth = executor.spawn(Futures.select(failing, new Stubborn("d")));
        executor.runAll();
        leaf.complete(1);
        abortable.abort("enough");
        failing.fail(new IOException("broken"));
        executor.runAll();
        advanceTo(99);
        assertEquals(List.of(), trace);
        advanceTo(100);
        assertEquals(
                List.of("a cut at 100", "b cut at 100", "c cut at 100", "d cut at 100"),
                trace.stream().sorted().toList());
        for (var task : List.of(first, second, third, fourth)) {
            assertTrue(task.isFinished(), task.toString());
        }
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void losersOfALoserAreCutWithIt() {
        var inner = Futures.race(a, leaf);
        var other = new Leaf<Integer>("other");
        var task = executor.spawn(Futures.race(inner, other));
        executor.runAll();
        leaf.complete(1); // the inner race winds down its loser, until 100
        executor.runAll();
        executor.timer.advanceTo(60);
        other.complete(2); // the outer one its loser, the inner race, until 160
        executor.runAll();
        advanceTo(99);
        assertFalse(task.isFinished());
        advanceTo(100);
        assertCut(task, "a cut at 100");
    }

    @Test
    void cancelOfTheTaskDoesNotProlongThePeriodOfALoser() {
        var task = executor.spawn(Futures.race(a, leaf));
        executor.runAll();
        leaf.complete(1);
        executor.runAll();
        advanceTo(50);
        task.abort();
        executor.runAll();
        advanceTo(100);
        assertCut(task, "a cut at 100");
    }

    @Test
    void loserInAScopeHasThePeriodOfTheScope() {
        var task =
                executor.spawn(TaskScope.options().grace(Duration.ofNanos(20)).call(block(opened -> {
                    opened.spawn(Futures.race(b, leaf));
                    return Futures.race(a, leaf.shared());
                })));
        executor.runAll();
        leaf.complete(1);
        executor.runAll();
        advanceTo(20);
        assertTrue(trace.contains("a cut at 20"), trace.toString());
        assertTrue(task.isFinished());
    }

    @Test
    void losersOfAFirstSuccessHaveThePeriodOfTheScope() throws Exception {
        var task = executor.spawn(TaskScope.options()
                .grace(Duration.ofNanos(20))
                .join(JoinPolicy.<Integer>firstSuccess(), action(children -> {
                    children.spawn(a);
                    return children.spawn(leaf);
                })));
        executor.runAll();
        leaf.complete(1);
        executor.runAll();
        advanceTo(20);
        assertCut(task, "a cut at 20");
        assertEquals(1, StepExecutor.result(task));
    }

    @Test
    void whatIsNotWoundDownHasNoPeriod() {
        var seen = new ArrayList<@Nullable Grace>();
        executor.spawn(new CheckedFuture<Integer>() {
            @Override
            protected Object advance(Context cx) {
                seen.add(cx.find(Grace.KEY));
                return 1;
            }
        });
        executor.runAll();
        assertNull(seen.getFirst());
    }

    @Test
    void shieldedRegionGoesOnAfterTheEndOfThePeriodAndInsideItThePeriodIsItsOwn() {
        var other = new Leaf<Integer>("other");
        var task = executor.spawn(Futures.shield(Futures.race(a, leaf).then(x -> other)));
        executor.runAll();
        task.abort();
        executor.runAll();
        advanceTo(1_000);
        assertFalse(task.isFinished());
        leaf.complete(1); // the loser inside has a period of its own
        executor.runAll();
        advanceTo(1_099);
        assertEquals(List.of(), trace);
        advanceTo(1_100);
        assertEquals(List.of("a cut at 1100"), trace);
        assertFalse(task.isFinished());
        other.complete(2);
        executor.runAll();
        assertTrue(task.isCancelled());
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void endOfTheRuntimeCutsAShieldToo() {
        var task = executor.spawn(Futures.race(Futures.shield(a), leaf));
        executor.runAll();
        leaf.complete(1);
        executor.runAll();
        advanceTo(500);
        assertFalse(task.isFinished());
        executor.cleanUpEndNanos = 600;
        executor.timer.advanceTo(600);
        task.notifyTask();
        executor.runAll();
        assertCut(task, "a cut at 600");
    }
}
