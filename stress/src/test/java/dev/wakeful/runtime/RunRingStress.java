// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.wakeful.task.Task;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/// The run queue of a worker, with room for two tasks: each task comes out once.
public final class RunRingStress {
    private RunRingStress() {}

    /// The owner puts in and takes out while a thief takes half.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "each task came out once")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a task was lost, or came out twice")
    @State
    public static class OwnerMeetsThief {
        private final StressTasks tasks = new StressTasks(3);
        private final RunRing ring = new RunRing(2);
        private final RunRing thief = new RunRing(2);
        private final GlobalQueue global = new GlobalQueue();
        private @Nullable Task<?> popped;
        private @Nullable Task<?> stolen;

        public OwnerMeetsThief() {
            ring.push(tasks.task(0));
            ring.push(tasks.task(1));
        }

        @Actor
        public void owner() {
            popped = ring.pop();
            if (!ring.push(tasks.task(2))) {
                global.add(tasks.task(2));
            }
        }

        @Actor
        public void stealing() {
            stolen = ring.stealHalf(thief);
        }

        @Arbiter
        public void after(Z_Result result) {
            tasks.saw(popped);
            tasks.saw(stolen);
            tasks.sawAll(ring);
            tasks.sawAll(thief);
            tasks.sawAll(global);
            result.r1 = tasks.eachOnce();
        }
    }

    /// A full ring moves half to the global queue while a thief takes half.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "each task came out once")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a task was lost, or came out twice")
    @State
    public static class OverflowMeetsThief {
        private final StressTasks tasks = new StressTasks(5);
        private final RunRing ring = new RunRing(4);
        private final RunRing thief = new RunRing(4);
        private final GlobalQueue global = new GlobalQueue();
        private @Nullable Task<?> stolen;

        public OverflowMeetsThief() {
            for (int i = 0; i < 4; i++) {
                ring.push(tasks.task(i));
            }
        }

        @Actor
        public void owner() {
            while (!ring.push(tasks.task(4))) {
                ring.overflow(global);
            }
        }

        @Actor
        public void stealing() {
            stolen = ring.stealHalf(thief);
        }

        @Arbiter
        public void after(Z_Result result) {
            tasks.saw(stolen);
            tasks.sawAll(ring);
            tasks.sawAll(thief);
            tasks.sawAll(global);
            result.r1 = tasks.eachOnce();
        }
    }

    /// Two thieves take half each.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "each task came out once")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a task was lost, or came out twice")
    @State
    public static class ThiefMeetsThief {
        private final StressTasks tasks = new StressTasks(4);
        private final RunRing ring = new RunRing(4);
        private final RunRing first = new RunRing(4);
        private final RunRing second = new RunRing(4);
        private @Nullable Task<?> one;
        private @Nullable Task<?> two;

        public ThiefMeetsThief() {
            for (int i = 0; i < 4; i++) {
                ring.push(tasks.task(i));
            }
        }

        @Actor
        public void stealing() {
            one = ring.stealHalf(first);
        }

        @Actor
        public void stealingToo() {
            two = ring.stealHalf(second);
        }

        @Arbiter
        public void after(Z_Result result) {
            tasks.saw(one);
            tasks.saw(two);
            tasks.sawAll(ring);
            tasks.sawAll(first);
            tasks.sawAll(second);
            result.r1 = tasks.eachOnce();
        }
    }

    /// The owner replaces the task in its slot while a thief takes it.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "each task came out once")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a task was lost, or came out twice")
    @State
    public static class SlotMeetsThief {
        private final StressTasks tasks = new StressTasks(2);
        private final LifoSlot slot = new LifoSlot();
        private @Nullable Task<?> replaced;
        private @Nullable Task<?> taken;
        private @Nullable Task<?> stolen;

        public SlotMeetsThief() {
            slot.put(tasks.task(0));
        }

        @Actor
        public void owner() {
            replaced = slot.put(tasks.task(1));
            taken = slot.take();
        }

        @Actor
        public void stealing() {
            stolen = slot.take();
        }

        @Arbiter
        public void after(Z_Result result) {
            tasks.saw(replaced);
            tasks.saw(taken);
            tasks.saw(stolen);
            tasks.saw(slot.take());
            result.r1 = tasks.eachOnce();
        }
    }
}
