// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static dev.wakeful.fixture.Hand.action;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CancelledException;
import dev.wakeful.Children;
import dev.wakeful.Future;
import dev.wakeful.Futures.Outcome;
import dev.wakeful.JoinHandle;
import dev.wakeful.JoinPolicy;
import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the ends of children mean: first success, all values, all ends, and a policy of one's own (S-X2).
class JoinPolicyTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> a = new Leaf<>("a", trace);
    private final Leaf<Integer> b = new Leaf<>("b", trace);
    private final Leaf<Integer> body = new Leaf<>("body", trace);
    private final IOException broken = new IOException("broken");
    private @Nullable Children<Integer> children;

    private <R extends @Nullable Object> Task<R> join(
            JoinPolicy<Integer, R> policy, Function<Children<Integer>, Future<?>> inside) {
        var task = executor.spawn(TaskScope.join(policy, action(opened -> {
            children = opened;
            return inside.apply(opened);
        })));
        executor.runAll();
        return task;
    }

    private <R extends @Nullable Object> Task<R> joinBoth(JoinPolicy<Integer, R> policy) {
        return join(policy, scope -> {
            scope.spawn("a", a);
            scope.spawn("b", b);
            return Future.ready(null);
        });
    }

    // ------------------------------------------------------------------------------------------------- first success

    @Test
    void firstValueCancelsTheRestAndIsGivenWhenTheyHaveCleanedUp() throws Exception {
        b.withSlowCleanUp();
        var task = joinBoth(JoinPolicy.<Integer>firstSuccess());
        a.complete(1);
        executor.runAll();
        assertTrue(trace.contains("cancel b"));
        assertFalse(task.isFinished(), "b still cleans up");
        b.finishCleanUp();
        executor.runAll();
        assertEquals(1, StepExecutor.result(task));
    }

    @Test
    void failuresBeforeTheFirstValueAreOfNoInterest() throws Exception {
        var task = joinBoth(JoinPolicy.<Integer>firstSuccess());
        a.fail(broken);
        executor.runAll();
        assertFalse(task.isFinished());
        b.complete(2);
        executor.runAll();
        assertEquals(2, StepExecutor.result(task));
        assertEquals(List.of(), executor.unobserved);
    }

    @Test
    void onlyIfAllFailTheScopeFailsWithTheFirstAndTheOthersSuppressed() {
        var later = new IllegalStateException("later");
        var task = joinBoth(JoinPolicy.<Integer>firstSuccess());
        b.fail(broken);
        executor.runAll();
        a.fail(later);
        executor.runAll();
        assertSame(broken, task.failure());
        assertArrayEquals(new Throwable[] {later}, broken.getSuppressed());
    }

    @Test
    void failingCleanUpOfALoserIsReportedAndTheValueStays() throws Exception {
        b.withFailingCleanUp(broken);
        var task = joinBoth(JoinPolicy.<Integer>firstSuccess());
        a.complete(1);
        executor.runAll();
        assertEquals(1, StepExecutor.result(task));
        assertEquals(List.of(broken), executor.unobserved);
    }

    @Test
    void firstValueUnwindsABodyThatStillRuns() throws Exception {
        var task = join(JoinPolicy.<Integer>firstSuccess(), scope -> {
            scope.spawn(a);
            return body;
        });
        a.complete(1);
        executor.runAll();
        assertTrue(trace.contains("end body"));
        assertEquals(1, StepExecutor.result(task));
    }

    @Test
    void failureOfTheBodyIsTheScopesWhateverThePolicySays() {
        var task = join(JoinPolicy.<Integer>firstSuccess(), scope -> {
            scope.spawn(a);
            return body;
        });
        body.fail(broken);
        executor.runAll();
        assertSame(broken, task.failure());
        assertTrue(trace.contains("end a"));
    }

    @Test
    void withoutChildrenThereIsNoFirstSuccess() {
        var task = join(JoinPolicy.<Integer>firstSuccess(), scope -> Future.ready(null));
        assertEquals(
                "a scope for the first success needs at least one child, but none was spawned",
                assertInstanceOf(IllegalStateException.class, task.failure()).getMessage());
    }

    @Test
    void cancelFromOutsideIsTheOutcomeAndNoSuccess() {
        var task = joinBoth(JoinPolicy.<Integer>firstSuccess());
        children().cancel("enough");
        executor.runAll();
        assertEquals(
                "enough",
                assertInstanceOf(CancelledException.class, task.failure()).reason());
    }

    @Test
    void failingCleanUpAfterACancelFromOutsideIsTheScopesFailure() {
        b.withFailingCleanUp(broken);
        var task = joinBoth(JoinPolicy.<Integer>firstSuccess());
        children().cancel("enough");
        executor.runAll();
        assertSame(broken, task.failure());
    }

    // ------------------------------------------------------------------------------------------------- all

    @Test
    void allValuesComeInTheOrderOfTheSpawns() throws Exception {
        var task = joinBoth(JoinPolicy.<Integer>allSuccessful());
        b.complete(2);
        executor.runAll();
        a.complete(1);
        executor.runAll();
        assertEquals(List.of(1, 2), StepExecutor.result(task));
    }

    @Test
    void firstFailureAmongAllCancelsTheRestAndIsThrownWithTheOthersSuppressed() {
        var cleanUp = new IllegalStateException("clean-up");
        b.withFailingCleanUp(cleanUp);
        var task = joinBoth(JoinPolicy.<Integer>allSuccessful());
        a.fail(broken);
        executor.runAll();
        assertSame(broken, task.failure());
        assertArrayEquals(new Throwable[] {cleanUp}, broken.getSuppressed());
        assertEquals(List.of(), executor.unobserved);
    }

    @Test
    void cancelledChildIsNoFailureAndHasNoValue() throws Exception {
        var handles = new ArrayList<JoinHandle<Integer>>();
        var task = join(JoinPolicy.<Integer>allSuccessful(), scope -> {
            handles.add(scope.spawn(a));
            handles.add(scope.spawn(b));
            return Future.ready(null);
        });
        handles.getFirst().abort();
        executor.runAll();
        b.complete(2);
        executor.runAll();
        assertEquals(List.of(2), StepExecutor.result(task));
    }

    @Test
    void allEndsTellsOfEachChildAndCancelsNobody() throws Exception {
        var task = joinBoth(JoinPolicy.<Integer>allEnds());
        b.fail(broken);
        executor.runAll();
        a.complete(1);
        executor.runAll();
        assertEquals(List.of(new Outcome.Value<>(1), new Outcome.Failure<Integer>(broken)), StepExecutor.result(task));
    }

    // ------------------------------------------------------------------------------------------------- one's own

    /// Enough when two children have a value.
    private static final class Quorum implements JoinPolicy<Integer, Integer> {
        private final List<Long> asked = new ArrayList<>();
        private int votes;

        @Override
        public Next ended(TaskRef child, Outcome<Integer> outcome) {
            asked.add(child.id());
            if (outcome instanceof Outcome.Failure<Integer>) {
                return Next.REPORT;
            }
            return ++votes == 2 ? Next.CANCEL_REST : Next.GO_ON;
        }

        @Override
        public Integer result() throws Exception {
            if (votes < 2) {
                throw new IOException("no quorum: " + votes + " of 2");
            }
            return votes;
        }
    }

    @Test
    void policyOfOnesOwnSeesEachEndInOrderAndDecides() throws Exception {
        var quorum = new Quorum();
        var c = new Leaf<Integer>("c", trace);
        var d = new Leaf<Integer>("d", trace);
        var task = join(quorum, scope -> {
            List.of(a, b, c, d).forEach(scope::spawn);
            return Future.ready(null);
        });
        c.fail(broken);
        executor.runAll();
        a.complete(1);
        executor.runAll();
        d.complete(4);
        executor.runAll();
        assertEquals(2, StepExecutor.result(task));
        assertEquals(List.of(4L, 2L, 5L, 3L), quorum.asked);
        assertEquals(List.of(broken), executor.unobserved, "what the policy wanted reported");
    }

    @Test
    void resultMayFail() {
        var task = join(new Quorum(), scope -> scope.spawn(a));
        a.complete(1);
        executor.runAll();
        assertEquals(
                "no quorum: 1 of 2",
                assertInstanceOf(IOException.class, task.failure()).getMessage());
    }

    @Test
    void policyThatThrowsFailsTheScopeAndCancelsTheRest() {
        var bug = new IllegalArgumentException("bug");
        var task = joinBoth(new JoinPolicy<Integer, Integer>() {
            @Override
            public Next ended(TaskRef child, Outcome<Integer> outcome) {
                throw bug;
            }

            @Override
            public Integer result() {
                throw new AssertionError("not asked");
            }
        });
        a.complete(1);
        executor.runAll();
        assertSame(bug, task.failure());
        assertTrue(trace.contains("end b"));
    }

    @Test
    void inSeededSchedulesEachChildIsToldOnceAndBeforeTheResult() throws Exception {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var steps = new StepExecutor(seed);
            var told = new ArrayList<Long>();
            var leaves = new ArrayList<Leaf<Integer>>();
            int count = 1 + random.nextInt(6);
            int stopAt = random.nextInt(8);
            var task = steps.spawn(TaskScope.join(
                    new JoinPolicy<Integer, Integer>() {
                        @Override
                        public Next ended(TaskRef child, Outcome<Integer> outcome) {
                            told.add(child.id());
                            return told.size() > stopAt ? Next.CANCEL_REST : Next.GO_ON;
                        }

                        @Override
                        public Integer result() {
                            return told.size();
                        }
                    },
                    action(scope -> {
                        for (int i = 0; i < count; i++) {
                            var leaf = new Leaf<Integer>("child");
                            leaves.add(random.nextBoolean() ? leaf : leaf.withSlowCleanUp());
                            scope.spawn(leaf);
                        }
                        return Future.ready(null);
                    })));
            for (int i = 0; i < 40 && !task.isFinished(); i++) {
                if (steps.hasReady() && random.nextInt(3) > 0) {
                    steps.step();
                } else if (!leaves.isEmpty()) {
                    leaves.get(random.nextInt(leaves.size())).complete(1);
                }
            }
            leaves.forEach(leaf -> leaf.complete(1));
            leaves.forEach(Leaf::finishCleanUp);
            steps.runAll();
            assertEquals(count, StepExecutor.result(task), "seed " + seed);
            assertEquals(count, told.stream().distinct().count(), "seed " + seed);
        }
    }

    private Children<Integer> children() {
        if (children == null) {
            throw new AssertionError("no scope was opened");
        }
        return children;
    }
}
