// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.wakeful.Context;
import dev.wakeful.spi.Timer;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/// Workers that go to sleep while there is something for them: tasks, alarms, events.
public final class ParkingStress {
    private ParkingStress() {}

    /// A task is queued while the last worker that searches goes to sleep.
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the worker saw the task and was claimed as well")
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the worker saw the task")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the worker was claimed, and so is unparked")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "the task waits, and the worker sleeps")
    @State
    public static class TaskMeetsSleep {
        private final StressTasks tasks = new StressTasks(1);
        private final GlobalQueue global = new GlobalQueue();
        private final Sleepers sleepers = new Sleepers(1);

        public TaskMeetsSleep() {
            sleepers.trySearch();
        }

        @Actor
        public void worker(ZZ_Result result) {
            sleepers.sleep(0);
            sleepers.stopSearching();
            result.r1 = !global.isEmpty();
        }

        @Actor
        public void queueing(ZZ_Result result) {
            global.add(tasks.task(0));
            result.r2 = sleepers.claim() >= 0;
        }
    }

    /// A worker is unparked while it parks; where the wake is lost, it blocks for ever and the test times out.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the worker is awake and sees the work")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the worker is awake and does not see why")
    @State
    public static class UnparkMeetsPark {
        private final Parker parker = new Parker();
        private volatile boolean unblocked;
        private boolean work;

        @Actor
        public void worker(Z_Result result) {
            parker.park(
                    () -> {
                        while (!unblocked) {
                            Thread.onSpinWait();
                        }
                    },
                    () -> unblocked = true);
            result.r1 = work;
        }

        @Actor
        public void waking() {
            work = true;
            parker.unpark();
        }
    }

    /// An alarm is armed on another thread while the wheel is moved.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the alarm came")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the alarm was lost")
    @State
    public static class ArmMeetsAdvance implements WheelTimer.Driving {
        private final AtomicLong now = new AtomicLong();
        private final AtomicBoolean entered = new AtomicBoolean();
        private final WheelTimer timer = new WheelTimer(new Clock(now::get, Instant.EPOCH), this);
        private final Timer.Alarm alarm = timer.alarm();
        private final StressTasks.Flag waker = new StressTasks.Flag();

        public ArmMeetsAdvance() {
            alarm.arm(1_000_000, new StressTasks.Flag());
            now.set(2_000_000);
        }

        @Actor
        public void task() {
            alarm.arm(5_000_000, waker);
        }

        @Actor
        public void driver() {
            advance();
        }

        private void advance() {
            if (enter()) {
                timer.advance();
                leave();
            }
        }

        @Arbiter
        public void after(Z_Result result) {
            now.set(10_000_000);
            advance();
            result.r1 = waker.isWoken();
        }

        @Override
        public boolean enter() {
            return entered.compareAndSet(false, true);
        }

        @Override
        public void leave() {
            entered.set(false);
        }

        @Override
        public void unpark() {}
    }

    /// An event comes while a task finds nothing and begins to wait.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the task tries again, was woken, or the selector listens")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the task waits, and nobody listens for it")
    @State
    public static class EventMeetsWait {
        private final Readiness readiness = new Readiness("read", true);
        private final StressTasks.Flag waker = new StressTasks.Flag();
        private boolean triesAgain;

        public EventMeetsWait() {
            readiness.clear(readiness.observe());
            readiness.arm();
            readiness.onEvent(); // ready and armed, as after an event that woke the task
        }

        @Actor
        public void task() {
            readiness.clear(readiness.observe());
            readiness.register(Context.of(waker), this);
            readiness.arm();
            triesAgain = Readiness.isReady(readiness.observe());
        }

        @Actor
        public void driver() {
            readiness.onEvent();
        }

        @Arbiter
        public void after(Z_Result result) {
            result.r1 = triesAgain || waker.isWoken() || readiness.isArmed();
        }
    }
}
