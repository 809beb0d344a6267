// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.wakeful.AsyncFunction;
import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.TaskScope;
import dev.wakeful.WakerCell;
import dev.wakeful.task.Task;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/// Futures that are woken, driven and given up by several threads.
public final class CombinatorStress {
    private CombinatorStress() {}

    /// A leaf whose condition is a plain field.
    private static final class Leaf extends CheckedFuture<Integer> {
        private final WakerCell cell = new WakerCell();
        private boolean condition;

        void complete() {
            condition = true;
            cell.wake();
        }

        @Override
        protected @Nullable Object advance(Context cx) {
            cell.register(cx.waker());
            return condition ? Integer.valueOf(1) : PENDING;
        }
    }

    /// Two children complete while their join is polled.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the join is complete")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a child's wake was lost")
    @State
    public static class ChildrenOfAJoin {
        private final Steps steps = new Steps();
        private final Leaf a = new Leaf();
        private final Leaf b = new Leaf();
        private final Task<?> task = steps.spawn(Futures.join(a, b));

        @Actor
        public void worker() {
            steps.step();
            steps.step();
        }

        @Actor
        public void completing() {
            a.complete();
            b.complete();
        }

        @Arbiter
        public void after(Z_Result result) {
            steps.runAll();
            result.r1 = task.isFinished();
        }
    }

    /// Two tasks share a future that completes meanwhile.
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both have the value")
    @Outcome(expect = FORBIDDEN, desc = "an awaiter hangs")
    @State
    public static class SharedByTwo {
        private final Steps steps = new Steps();
        private final Leaf leaf = new Leaf();
        private final Future<Integer> shared = leaf.shared();
        private final Task<Integer> first = steps.spawn(shared);
        private final Task<Integer> second = steps.spawn(shared);

        @Actor
        public void one() {
            steps.step();
        }

        @Actor
        public void two() {
            leaf.complete();
            steps.step();
        }

        @Arbiter
        public void after(ZZ_Result result) {
            steps.runAll();
            result.r1 = first.isFinished() && first.failure() == null;
            result.r2 = second.isFinished() && second.failure() == null;
        }
    }

    /// The driver of a shared future is given up while the source is woken: the other drives.
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "one is cancelled, the other has the value")
    @Outcome(expect = FORBIDDEN, desc = "driving was not handed over")
    @State
    public static class TheDriverGivesUp {
        private final Steps steps = new Steps();
        private final Leaf leaf = new Leaf();
        private final Future<Integer> shared = leaf.shared();
        private final Task<Integer> driver = steps.spawn(shared);
        private final Task<Integer> other = steps.spawn(shared);

        public TheDriverGivesUp() {
            steps.runAll();
        }

        @Actor
        public void completing() {
            leaf.complete();
            steps.step();
            steps.step();
        }

        @Actor
        public void givingUp() {
            driver.abort("stress");
            steps.step();
            steps.step();
        }

        @Arbiter
        public void after(ZZ_Result result) {
            steps.runAll();
            result.r1 = driver.isFinished();
            result.r2 = other.isFinished() && other.failure() == null;
        }
    }

    /// A child is spawned while the scope is cancelled: it is cancelled, too, and the scope ends.
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "child and scope have ended")
    @Outcome(expect = FORBIDDEN, desc = "a child was missed, or the end was")
    @State
    public static class SpawnMeetsCancel {
        private final Steps steps = new Steps();
        private final TaskScope[] scope = new TaskScope[1];
        private final Task<?> task;
        private @Nullable Task<?> child;

        public SpawnMeetsCancel() {
            task = steps.spawn(TaskScope.call(new AsyncFunction<TaskScope, Integer>() {
                @Override
                public Integer apply(TaskScope opened) {
                    throw new AssertionError("started, not applied");
                }

                @Override
                public Future<Integer> start(TaskScope opened) {
                    scope[0] = opened;
                    return new Leaf();
                }
            }));
            steps.runAll();
        }

        @Actor
        public void spawning() {
            child = (Task<?>) scope[0].spawn(new Leaf());
        }

        @Actor
        public void cancelling() {
            scope[0].cancel();
        }

        @Arbiter
        public void after(ZZ_Result result) {
            steps.runAll();
            result.r1 = child != null && child.isCancelled();
            result.r2 = task.isFinished();
        }
    }

    /// Two children end on two threads: the owner is woken by the last.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the scope has ended")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the end of the last child was lost")
    @State
    public static class LastChildMeetsOwner {
        private final Steps steps = new Steps();
        private final Task<?> task;

        public LastChildMeetsOwner() {
            task = steps.spawn(TaskScope.call(new AsyncFunction<TaskScope, Integer>() {
                @Override
                public Integer apply(TaskScope opened) {
                    throw new AssertionError("started, not applied");
                }

                @Override
                public Future<Integer> start(TaskScope opened) {
                    opened.spawn(Future.ready(1));
                    opened.spawn(Future.ready(2));
                    return Future.ready(3);
                }
            }));
        }

        @Actor
        public void one() {
            steps.step();
            steps.step();
        }

        @Actor
        public void two() {
            steps.step();
            steps.step();
        }

        @Arbiter
        public void after(Z_Result result) {
            steps.runAll();
            result.r1 = task.isFinished();
        }
    }
}
