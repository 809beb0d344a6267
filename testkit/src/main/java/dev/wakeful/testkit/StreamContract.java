// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static dev.wakeful.testkit.Conformance.require;

import dev.wakeful.Context;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.stream.AsyncStream;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a stream must keep: order, a promise behind each pending poll, an end that repeats, and no value lost when
/// somebody gives up.
///
/// ```java
/// @TestFactory
/// Stream<DynamicTest> isAStream() {
///     return StreamContract.of(() -> new MyStreamSubject()).tests();
/// }
/// ```
public final class StreamContract {
    private StreamContract() {}

    /// A stream of which the test decides what comes. It need not have room for more than one value that nobody took.
    public interface Subject {
        /// The stream, always the same.
        ///
        /// @return the stream, not polled yet
        AsyncStream<Integer> stream();

        /// Has a value come next.
        ///
        /// @param value the value
        void emit(int value);

        /// Has the stream end behind what has come.
        void end();

        /// Has the stream fail behind what has come. Who has no failures leaves the rule `FAILS` out.
        ///
        /// @param failure what it throws
        void fail(Exception failure);
    }

    /// The suite over streams of `fresh`.
    ///
    /// @param fresh makes a stream for each rule
    /// @return the suite
    public static Conformance<Subject> of(Supplier<? extends Subject> fresh) {
        return new Conformance<>(
                fresh,
                List.of(
                        rule("ORDER", "values come in their order, each once", StreamContract::order),
                        rule("LAZY", "making the futures takes nothing", StreamContract::lazy),
                        rule("WAKES", "a poll that is pending is woken by a value", StreamContract::wakes),
                        rule("LATEST_WAKER", "the waker of the latest poll is the one woken", StreamContract::latest),
                        rule("SPURIOUS", "polls while nothing comes change nothing", StreamContract::spurious),
                        rule("CANCEL_NEXT", "a next that gives up loses nothing", StreamContract::cancelNext),
                        rule(
                                "CANCEL_WOKEN",
                                "a next that gives up after it was woken loses nothing",
                                StreamContract::cancelWoken),
                        rule("END", "the end comes behind the last value and repeats", StreamContract::end),
                        rule("END_WAKES", "the end wakes a poll that is pending", StreamContract::endWakes),
                        rule("FAILS", "a failure is thrown once, as it is, and is the end", StreamContract::fails),
                        rule(
                                "WINDS_DOWN",
                                "winding down ends, and may be asked for twice",
                                StreamContract::windsDown)));
    }

    private static Conformance.Rule<Subject> rule(String name, String sentence, Conformance.Check<Subject> check) {
        return new Conformance.Rule<>(name, sentence, check);
    }

    private static void takes(Subject subject, @Nullable Integer expected) throws Exception {
        PollProbe.of(subject.stream().next()).assertReady(expected);
    }

    private static PollProbe<@Nullable Integer> waits(Subject subject) throws Exception {
        return PollProbe.of(subject.stream().next()).assertPending().assertNotWoken();
    }

    private static void order(Subject subject) throws Exception {
        for (int value = 0; value < 5; value++) {
            subject.emit(value);
            takes(subject, value);
        }
        waits(subject).assertCancelledCleanly();
    }

    private static void lazy(Subject subject) throws Exception {
        subject.emit(1);
        subject.stream().next();
        subject.stream().next();
        takes(subject, 1);
    }

    private static void wakes(Subject subject) throws Exception {
        var waiting = waits(subject);
        subject.emit(1);
        require(waiting.isWoken(), "a value came, and the poll that was pending was not woken");
        waiting.assertReady(1);
    }

    private static void latest(Subject subject) throws Exception {
        var waiting = waits(subject);
        waiting.assertPending(); // with another waker
        subject.emit(1);
        require(waiting.isWoken(), "a value came, and the waker of the latest poll was not woken");
        waiting.assertReady(1);
    }

    private static void spurious(Subject subject) throws Exception {
        var waiting = waits(subject);
        for (int i = 0; i < 5; i++) {
            waiting.assertPending();
        }
        subject.emit(1);
        waiting.assertReady(1);
        waits(subject).assertCancelledCleanly();
    }

    private static void cancelNext(Subject subject) throws Exception {
        waits(subject).assertCancelledCleanly();
        var next = waits(subject);
        subject.emit(1);
        next.assertReady(1);
    }

    private static void cancelWoken(Subject subject) throws Exception {
        var waiting = waits(subject);
        subject.emit(1);
        waiting.assertCancelledCleanly();
        takes(subject, 1);
    }

    private static void end(Subject subject) throws Exception {
        subject.emit(1);
        subject.end();
        takes(subject, 1);
        for (int i = 0; i < 3; i++) {
            takes(subject, null);
        }
    }

    private static void endWakes(Subject subject) throws Exception {
        var waiting = waits(subject);
        subject.end();
        require(waiting.isWoken(), "the end came, and the poll that was pending was not woken");
        waiting.assertReady((Integer) null);
    }

    private static void fails(Subject subject) throws Exception {
        var failure = new IllegalStateException("planted");
        subject.fail(failure);
        var thrown = thrownBy(subject);
        require(thrown == failure, "must throw " + failure + " itself, but threw " + thrown);
        takes(subject, null);
        takes(subject, null);
    }

    private static @Nullable Throwable thrownBy(Subject subject) {
        try {
            subject.stream().pollNext(Context.of(Waker.noop()));
            return null;
        } catch (Exception thrown) {
            return thrown;
        }
    }

    private static void windsDown(Subject subject) throws Exception {
        waits(subject).assertCancelledCleanly();
        for (int i = 0; i < 2; i++) {
            Poll<@Nullable Void> wound = subject.stream().pollCancel(Context.of(Waker.noop()));
            require(wound.isReady(), "pollCancel was pending, with nothing that could be wound down");
        }
    }
}
