// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/// The contract of a future as a suite that anybody's future can be put through.
///
/// The author says how to make a future that is not ready, and how to make it ready; the suite does the rest, each rule
/// on a fresh one.
///
/// ```java
/// @TestFactory
/// Stream<DynamicTest> keepsTheContract() {
///     return FutureContract.of(() -> new FutureContract.Subject<String>() {
///         final Oneshot<String> oneshot = Oneshot.create();
///         public Future<String> future() { return oneshot.receive(); }
///         public void makeReady() { oneshot.send("a"); }
///     }).tests();
/// }
/// ```
///
/// @param <T> the type of the future's value
public final class FutureContract<T extends @Nullable Object> {
    private final Supplier<? extends Subject<T>> fresh;
    private final Set<Rule> excepted = EnumSet.noneOf(Rule.class);

    private FutureContract(Supplier<? extends Subject<T>> fresh) {
        this.fresh = Objects.requireNonNull(fresh, "fresh must not be null");
    }

    /// What the author of a future says about it: one future and its source. A new one is made for each rule.
    ///
    /// @param <T> the type of the future's value
    public interface Subject<T extends @Nullable Object> {
        /// Makes the future; called once. It must be pending until [#makeReady()] is called.
        ///
        /// @return a future that was not polled
        /// @throws Exception when it cannot be made
        Future<T> future() throws Exception;

        /// Lets the future complete, with a value or a failure.
        ///
        /// @throws Exception when that fails
        void makeReady() throws Exception;

        /// What anybody can see of the source, to compare before and after: making a future must not change it.
        ///
        /// @return something with a meaningful `equals`, or `null` when there is nothing to see
        default @Nullable Object observed() {
            return null;
        }

        /// What the polls are offered besides a waker.
        ///
        /// @return the context that is asked
        default Context offers() {
            return Context.of(Waker.noop());
        }
    }

    /// A suite over the futures of `fresh`.
    ///
    /// @param <T> the type of the future's value
    /// @param fresh makes a new subject for each rule
    /// @return the suite
    public static <T extends @Nullable Object> FutureContract<T> of(Supplier<? extends Subject<T>> fresh) {
        return new FutureContract<>(fresh);
    }

    /// Leaves a rule out. The reason is for the reader of the test.
    ///
    /// @param rule the rule
    /// @param reason why this future need not keep it
    /// @return this suite
    public FutureContract<T> except(Rule rule, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("reason must say why the rule is left out, but was blank");
        }
        excepted.add(rule);
        return this;
    }

    /// The suite as dynamic tests, one for each rule.
    ///
    /// @return the tests, for a method with `@TestFactory`
    public Stream<DynamicTest> tests() {
        return rules().map(rule -> DynamicTest.dynamicTest(rule.sentence(), () -> check(rule)));
    }

    /// Runs the whole suite.
    ///
    /// @throws AssertionError that names each rule that is broken
    public void verify() {
        List<String> broken = new ArrayList<>();
        List<Throwable> causes = new ArrayList<>();
        rules().forEach(rule -> {
            try {
                check(rule);
            } catch (Exception | AssertionError failure) {
                broken.add(rule + " (" + rule.sentence() + "): " + failure.getMessage());
                causes.add(failure);
            }
        });
        if (!broken.isEmpty()) {
            var error = new AssertionError("the future breaks " + broken.size() + " of the contract's rules:\n  "
                    + String.join("\n  ", broken));
            causes.forEach(error::addSuppressed);
            throw error;
        }
    }

    /// Checks one rule on a fresh subject.
    ///
    /// @param rule the rule
    /// @throws Exception what the subject or its future threw
    /// @throws AssertionError when the rule is broken
    public void check(Rule rule) throws Exception {
        rule.check(fresh.get());
    }

    private Stream<Rule> rules() {
        return Stream.of(Rule.values()).filter(rule -> !excepted.contains(rule));
    }

    /// The rules that can be checked from outside.
    public enum Rule {
        /// R1: making a future has no effect that anyone can see.
        LAZY("making the future changes nothing that anyone can see", Rules::lazy),
        /// R1: a future that became ready before its first poll is ready at once, or is woken.
        READY_BEFORE_FIRST_POLL("progress before the first poll is not lost", Rules::readyBeforeFirstPoll),
        /// R3: a pending poll has asked for its waker, and the waker is woken at progress.
        WAKES("progress wakes the waker of the poll, and the next poll is ready", Rules::wakes),
        /// R3: only the waker of the latest poll counts.
        LATEST_WAKER("progress wakes the waker of the latest poll", Rules::latestWaker),
        /// R5: a waker that throws, which none may, does no lasting harm.
        THROWING_WAKER("a waker that throws leaves the future usable", Rules::throwingWaker),
        /// R6: spurious polls change nothing, and nobody is woken without progress.
        SPURIOUS_POLLS("spurious polls change nothing and wake nobody", Rules::spuriousPolls),
        /// R7: a poll after the end throws [IllegalStateException].
        FINAL("a poll after completion throws IllegalStateException that names the future", Rules::ended),
        /// R8: a future that one task polled refuses a second task.
        ONE_OWNER("a poll by a second task is refused", Rules::oneOwner),
        /// R9: winding down a future that was not polled is a no-op, and it cannot be polled afterwards.
        CANCEL_NEW("winding down an unpolled future is ready at once and final", Rules::cancelNew),
        /// R9: winding down a pending future ends, is idempotent and final.
        CANCEL_STARTED("winding down a pending future ends and stays ended", Rules::cancelStarted),
        /// R9: after it was wound down, progress of its source harms nobody and wakes nobody.
        QUIET_AFTER_CANCEL("progress after a cancel wakes nobody", Rules::quietAfterCancel),
        /// R9: winding down a complete future is a no-op.
        CANCEL_COMPLETE("winding down a complete future is ready at once", Rules::cancelComplete),
        /// S-C7: the waker is let go of when the future was wound down.
        WAKER_RELEASED("a future that was wound down keeps no waker", Rules::wakerReleased),
        /// R12: a pending future names itself and says what it waits for.
        DESCRIBES("a pending future says what it waits for", Rules::describes);

        private final String sentence;

        @SuppressWarnings("ImmutableEnumChecker") // each is a reference to a static method and has no state
        private final Rules.Check check;

        Rule(String sentence, Rules.Check check) {
            this.sentence = sentence;
            this.check = check;
        }

        /// The rule as a sentence.
        ///
        /// @return what must hold
        public String sentence() {
            return sentence;
        }

        void check(Subject<?> subject) throws Exception {
            check.run(subject);
        }
    }
}
