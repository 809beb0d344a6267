// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// A waiting task and those who notify it.
public final class WakerCellStress {
    private WakerCellStress() {}

    private static final class Flag implements Waker {
        volatile boolean woken;

        @Override
        public void wake() {
            woken = true;
        }
    }

    /// The condition is a plain field: the cell alone carries it over.
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the notifier came first, the task sees the condition")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the task came first and is woken")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "a lost wake")
    @State
    public static class OneNotifier {
        private final WakerCell cell = new WakerCell();
        private final Flag waker = new Flag();
        private boolean condition;

        @Actor
        public void task(ZZ_Result result) {
            cell.register(waker);
            result.r1 = condition;
        }

        @Actor
        public void notifier() {
            condition = true;
            cell.wake();
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = waker.woken;
        }
    }

    /// Two conditions one after the other: the first wake may take the waker out before the second condition is true.
    @JCStressTest
    @Outcome(id = "false, .*, false", expect = FORBIDDEN, desc = "the first wake is lost")
    @Outcome(id = ".*, false, false", expect = FORBIDDEN, desc = "the second wake is lost")
    @Outcome(expect = ACCEPTABLE, desc = "seen or woken")
    @State
    public static class TwoWakes {
        private final WakerCell cell = new WakerCell();
        private final Flag waker = new Flag();
        private boolean first;
        private boolean second;

        @Actor
        public void task(ZZZ_Result result) {
            cell.register(waker);
            result.r1 = first;
            result.r2 = second;
        }

        @Actor
        public void notifier() {
            first = true;
            cell.wake();
            second = true;
            cell.wake();
        }

        @Arbiter
        public void after(ZZZ_Result result) {
            result.r3 = waker.woken;
        }
    }

    /// A waker that replaces another while a notifier comes: the new one is woken, or the condition is seen.
    @JCStressTest
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "only the older waker was woken")
    @Outcome(expect = ACCEPTABLE, desc = "seen or woken")
    @State
    public static class Replaced {
        private final WakerCell cell = new WakerCell();
        private final Flag waker = new Flag();
        private boolean condition;

        public Replaced() {
            cell.register(new Flag());
        }

        @Actor
        public void task(ZZ_Result result) {
            cell.register(waker);
            result.r1 = condition;
        }

        @Actor
        public void notifier() {
            condition = true;
            cell.wake();
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = waker.woken;
        }
    }

    /// Why the cell does not register with a release store, which would be cheaper.
    @JCStressTest
    @Outcome(id = "false, false", expect = ACCEPTABLE_INTERESTING, desc = "a lost wake, as the argument says")
    @Outcome(expect = ACCEPTABLE, desc = "seen or woken")
    @State
    public static class WithReleaseInstead {
        private static final VarHandle WAKER;

        static {
            try {
                WAKER = MethodHandles.lookup().findVarHandle(WithReleaseInstead.class, "waker", Flag.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final Flag flag = new Flag();
        private @Nullable Flag waker;
        private volatile boolean condition;

        @Actor
        public void task(ZZ_Result result) {
            WAKER.setRelease(this, flag);
            result.r1 = condition;
        }

        @Actor
        public void notifier() {
            condition = true;
            Flag woken = (Flag) WAKER.getAndSet(this, null);
            if (woken != null) {
                woken.wake();
            }
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = flag.woken;
        }
    }
}
