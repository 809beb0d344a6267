// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/// The task cell: wakes, ends, cancels and joins that meet a poll.
public final class TaskStress {
    private TaskStress() {}

    /// The condition is a plain field: the state word alone carries it over.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the wake led to a poll that saw the condition")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a lost wake")
    @State
    public static class WakeMeetsPoll {
        private final Steps steps = new Steps();
        private final Task<Integer> task;
        private final Waker waker;
        private boolean condition;

        public WakeMeetsPoll() {
            task = steps.spawn(cx -> {
                cx.waker();
                return condition ? Poll.ready(1) : Poll.pending();
            });
            waker = task.waker();
        }

        @Actor
        public void worker() {
            steps.step();
        }

        @Actor
        public void waking() {
            condition = true;
            waker.wake();
        }

        @Arbiter
        public void after(Z_Result result) {
            steps.runAll();
            result.r1 = task.isFinished();
        }
    }

    /// Two wakes, of which one may find the task notified already: its condition must not be lost with it.
    @JCStressTest
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "both conditions were seen, polls did not overlap")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake, or two polls at a time")
    @State
    public static class TwoWakesMerge {
        private final Steps steps = new Steps();
        private final Waker waker;
        private final AtomicInteger polling = new AtomicInteger();
        private int most;
        private int seen;
        private boolean first;
        private boolean second;

        public TwoWakesMerge() {
            Task<Integer> task = steps.spawn(cx -> {
                most = Math.max(most, polling.incrementAndGet());
                cx.waker();
                seen = (first ? 1 : 0) + (second ? 1 : 0);
                polling.decrementAndGet();
                return Poll.pending();
            });
            waker = task.waker();
            steps.runAll();
        }

        @Actor
        public void one() {
            first = true;
            waker.wake();
            steps.step();
        }

        @Actor
        public void two() {
            second = true;
            waker.wake();
            steps.step();
        }

        @Arbiter
        public void after(II_Result result) {
            steps.runAll();
            result.r1 = seen;
            result.r2 = most;
        }
    }

    /// A task that gives way in its first polls, on two threads, and a wake that meets it anywhere.
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the condition was seen, polls did not overlap")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake, or two polls at a time")
    @State
    public static class WakeMeetsGivingWay {
        private final Steps steps = new Steps();
        private final Task<Integer> task;
        private final Waker waker;
        private final AtomicInteger polling = new AtomicInteger();
        private int most;
        private int polls;
        private boolean condition;

        public WakeMeetsGivingWay() {
            task = steps.spawn(cx -> {
                most = Math.max(most, polling.incrementAndGet());
                if (++polls < 4) {
                    cx.defer(cx.waker());
                } else {
                    cx.waker();
                }
                boolean seen = condition;
                polling.decrementAndGet();
                return seen ? Poll.ready(1) : Poll.pending();
            });
            waker = task.waker();
            steps.step();
        }

        @Actor
        public void worker() {
            steps.step();
            steps.step();
        }

        @Actor
        public void waking() {
            condition = true;
            waker.wake();
            steps.step();
        }

        @Arbiter
        public void after(II_Result result) {
            steps.runAll();
            result.r1 = task.isFinished() ? 1 : 0;
            result.r2 = most;
        }
    }

    /// A cancel that meets the poll: the task ends, either way, once.
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the poll pended, and the task was wound down")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the cancel came first, nothing was polled")
    @Outcome(expect = FORBIDDEN, desc = "the cancel was lost, or something that was not started was wound down")
    @State
    public static class CancelMeetsPoll {
        private final Steps steps = new Steps();
        private final Task<Integer> task;
        private boolean polled;
        private boolean wound;

        public CancelMeetsPoll() {
            task = steps.spawn(new Future<>() {
                @Override
                public Poll<Integer> poll(Context cx) {
                    polled = true;
                    cx.waker();
                    return Poll.pending();
                }

                @Override
                public Poll<@Nullable Void> pollCancel(Context cx) {
                    wound = true;
                    return Poll.ready(null);
                }
            });
        }

        @Actor
        public void worker() {
            steps.step();
        }

        @Actor
        public void cancelling() {
            task.abort("stress");
        }

        @Arbiter
        public void after(ZZ_Result result) {
            steps.runAll();
            result.r1 = task.isCancelled() && polled == wound;
            result.r2 = !polled;
        }
    }

    /// A joiner that registers while the task ends.
    @JCStressTest
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "the joiner hangs")
    @Outcome(expect = ACCEPTABLE, desc = "it saw the end, or is woken")
    @State
    public static class JoinMeetsEnd {
        private final Steps steps = new Steps();
        private final Task<Integer> task = steps.spawn(Future.ready(1));
        private final Steps.Flag joiner = new Steps.Flag();

        @Actor
        public void worker() {
            steps.step();
        }

        @Actor
        public void joining(ZZ_Result result) {
            try {
                result.r1 = task.poll(Context.of(joiner)).isReady();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = joiner.isWoken();
        }
    }
}
