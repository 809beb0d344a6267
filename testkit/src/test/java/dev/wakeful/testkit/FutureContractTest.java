// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.testkit.FutureContract.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FutureContractTest {
    @TestFactory
    Stream<DynamicTest> aCorrectLeafKeepsEveryRule() {
        return FutureContract.of(Correct::new).tests();
    }

    @TestFactory
    Stream<DynamicTest> mapKeepsEveryRule() {
        return FutureContract.of(() -> new Wrapped(future -> future.map(value -> value + "!")))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> thenKeepsEveryRule() {
        return FutureContract.of(() -> new Wrapped(future -> future.then(Future::ready)))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> recoverKeepsEveryRule() {
        return FutureContract.of(() -> new Wrapped(future -> future.recover(Throwable::toString)))
                .tests();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void eachFaultBreaksItsRuleAndNoOtherByItself(Fault fault) {
        Set<Rule> broken = EnumSet.noneOf(Rule.class);
        for (Rule rule : Rule.values()) {
            try {
                FutureContract.of(() -> new Faulty(fault)).check(rule);
            } catch (Exception | AssertionError found) {
                broken.add(rule);
            }
        }
        assertTrue(broken.contains(fault.breaks), fault + " must break " + fault.breaks + ", but broke " + broken);
    }

    @Test
    void verifyNamesEveryBrokenRuleAtOnce() {
        var error = assertThrows(
                AssertionError.class,
                () -> FutureContract.of(() -> new Faulty(Fault.ANSWERS_AFTER_READY))
                        .verify());
        assertTrue(error.getMessage().contains("FINAL (a poll after completion throws"), error.getMessage());
    }

    @Test
    void anExceptedRuleIsNotChecked() {
        var names = FutureContract.of(Correct::new)
                .except(Rule.WAKER_RELEASED, "shown here only")
                .tests()
                .map(DynamicTest::getDisplayName)
                .toList();
        assertEquals(Rule.values().length - 1, names.size());
        assertTrue(!names.contains(Rule.WAKER_RELEASED.sentence()));
    }

    private static final class Correct implements FutureContract.Subject<String> {
        private final Gate gate = new Gate();

        @Override
        public Future<String> future() {
            return gate.passing();
        }

        @Override
        public void makeReady() {
            gate.open();
        }
    }

    private record Wrapped(Gate gate, Function<Future<String>, Future<String>> wrap)
            implements FutureContract.Subject<String> {
        Wrapped(Function<Future<String>, Future<String>> wrap) {
            this(new Gate(), wrap);
        }

        @Override
        public Future<String> future() {
            return wrap.apply(gate.passing());
        }

        @Override
        public void makeReady() {
            gate.open();
        }
    }

    enum Fault {
        EAGER(Rule.LAZY),
        LOSES_EARLY_PROGRESS(Rule.READY_BEFORE_FIRST_POLL),
        NEVER_WAKES(Rule.WAKES),
        KEEPS_THE_FIRST_WAKER(Rule.LATEST_WAKER),
        WAKES_BEFORE_IT_IS_READY(Rule.THROWING_WAKER),
        WAKES_ITSELF(Rule.SPURIOUS_POLLS),
        ANSWERS_AFTER_READY(Rule.FINAL),
        SERVES_ANY_TASK(Rule.ONE_OWNER),
        POLLABLE_AFTER_CANCEL(Rule.CANCEL_NEW),
        CANCEL_NEVER_ENDS(Rule.CANCEL_STARTED),
        WAKES_AFTER_CANCEL(Rule.QUIET_AFTER_CANCEL),
        CANCEL_THROWS_WHEN_COMPLETE(Rule.CANCEL_COMPLETE),
        KEEPS_ITS_WAKERS(Rule.WAKER_RELEASED),
        SAYS_NOTHING(Rule.DESCRIBES);

        final Rule breaks;

        Fault(Rule breaks) {
            this.breaks = breaks;
        }
    }

    /// A leaf with one planted fault.
    private static final class Faulty implements FutureContract.Subject<String> {
        private final Fault fault;
        private final List<Waker> hoard = new ArrayList<>();
        private Waker waker = Waker.noop();
        private boolean open;
        private boolean polled;
        private int made;

        Faulty(Fault fault) {
            this.fault = fault;
        }

        @Override
        public Object observed() {
            return made;
        }

        @Override
        public Future<String> future() {
            if (fault == Fault.EAGER) {
                made++;
            }
            return new Raw(new Leaf());
        }

        @Override
        public void makeReady() {
            if (fault == Fault.LOSES_EARLY_PROGRESS && !polled) {
                return;
            }
            if (fault == Fault.WAKES_BEFORE_IT_IS_READY) {
                waker.wake();
                open = true;
                return;
            }
            open = true;
            if (fault != Fault.NEVER_WAKES) {
                waker.wake();
            }
        }

        private final class Leaf extends CheckedFuture<String> {
            @Override
            protected Object advance(Context cx) {
                boolean first = !polled;
                polled = true;
                if (open) {
                    return "open";
                }
                Waker asked = cx.waker();
                if (first || fault != Fault.KEEPS_THE_FIRST_WAKER) {
                    waker = asked;
                }
                if (fault == Fault.KEEPS_ITS_WAKERS) {
                    hoard.add(asked);
                }
                if (fault == Fault.WAKES_ITSELF) {
                    asked.wake();
                }
                return PENDING;
            }

            @Override
            protected boolean release(Context cx) {
                if (fault == Fault.CANCEL_NEVER_ENDS) {
                    cx.waker().wake();
                    return false;
                }
                if (fault != Fault.WAKES_AFTER_CANCEL) {
                    waker = Waker.noop();
                }
                return true;
            }

            @Override
            public void describe(Description to) {
                to.label("Leaf");
                if (fault != Fault.SAYS_NOTHING) {
                    to.waitsFor("the leaf", null);
                }
            }
        }

        /// Breaks what CheckedFuture would keep.
        private final class Raw implements Future<String> {
            private final Leaf leaf;
            private boolean ready;
            private boolean wasCancelled;

            Raw(Leaf leaf) {
                this.leaf = leaf;
            }

            @Override
            public Poll<String> poll(Context cx) throws Exception {
                if (fault == Fault.ANSWERS_AFTER_READY && ready) {
                    return Poll.ready("again");
                }
                if (fault == Fault.POLLABLE_AFTER_CANCEL && wasCancelled) {
                    return Poll.ready("still here");
                }
                Context passed = fault == Fault.SERVES_ANY_TASK ? Context.of(cx.waker()) : cx;
                Poll<String> answer = leaf.poll(passed);
                ready |= answer.isReady();
                return answer;
            }

            @Override
            public Poll<Void> pollCancel(Context cx) throws Exception {
                wasCancelled = true;
                if (fault == Fault.CANCEL_THROWS_WHEN_COMPLETE && ready) {
                    throw new IllegalStateException("already complete");
                }
                return leaf.pollCancel(cx);
            }

            @Override
            public void describe(Description to) {
                leaf.describe(to);
            }
        }
    }
}
