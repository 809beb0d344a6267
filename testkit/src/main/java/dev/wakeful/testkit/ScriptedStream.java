// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import dev.wakeful.stream.AsyncStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A stream that follows a script: which values come, where it takes time and where it fails.
///
/// ```java
/// var prices = ScriptedStream.<Integer>script().emit(3, 4).pause(ofSeconds(1)).emit(5).end();
/// assertEquals(12, runtime.blockOn(sum(prices)));
/// prices.assertDone();
/// ```
///
/// Behind the last step it is at its end, and behind a failure too. For one thread.
///
/// @param <T> the type of the values
public final class ScriptedStream<T> implements AsyncStream<T> {
    private final ArrayDeque<Step<T>> steps;
    private Timer.@Nullable Alarm alarm;
    private long until;
    private boolean isCancelled;

    private ScriptedStream(ArrayDeque<Step<T>> steps) {
        this.steps = steps;
    }

    private sealed interface Step<T> {
        record Emit<T>(T value) implements Step<T> {}

        record Fail<T>(Exception failure) implements Step<T> {}

        record Pause<T>(long nanos) implements Step<T> {}

        record Yield<T>() implements Step<T> {}
    }

    /// A script without steps.
    ///
    /// @param <T> the type of the values
    /// @return the script
    public static <T> Script<T> script() {
        return new Script<>();
    }

    @Override
    public Poll<@Nullable T> pollNext(Context cx) throws Exception {
        if (isCancelled) {
            throw new IllegalStateException("stream was polled after it had been cancelled: " + this);
        }
        while (true) {
            switch (steps.peek()) {
                case null -> {
                    return Poll.ready(null);
                }
                case Step.Emit<T>(var value) -> {
                    steps.remove();
                    return Poll.ready(value);
                }
                case Step.Fail<T>(var failure) -> {
                    steps.clear();
                    throw failure;
                }
                case Step.Yield<T> _ -> {
                    steps.remove();
                    cx.defer(cx.waker());
                    return Poll.pending();
                }
                case Step.Pause<T>(var nanos) -> {
                    if (isWaiting(cx.get(Timer.KEY), nanos, cx.waker())) {
                        return Poll.pending();
                    }
                    steps.remove();
                }
            }
        }
    }

    private boolean isWaiting(Timer timer, long nanos, Waker waker) {
        Timer.Alarm armed = alarm;
        if (armed == null) {
            armed = timer.alarm();
            alarm = armed;
            until = Timer.after(timer.nanos(), nanos);
        }
        if (timer.nanos() < until) {
            armed.arm(until, waker);
            return true;
        }
        alarm = null;
        armed.disarm();
        return false;
    }

    @Override
    public void forgetNext() {
        if (alarm != null) {
            alarm.disarm();
        }
    }

    @Override
    public Poll<@Nullable Void> pollCancel(Context cx) {
        forgetNext();
        isCancelled = true;
        return Poll.ready(null);
    }

    /// Whether the stream was wound down.
    ///
    /// @return `true` from the first [#pollCancel] on
    public boolean isCancelled() {
        return isCancelled;
    }

    /// Checks that every step was taken.
    ///
    /// @throws AssertionError that names the first that was not
    public void assertDone() {
        Step<T> left = steps.peek();
        if (left != null) {
            String what = switch (left) {
                case Step.Emit<T>(var value) -> "the value " + value;
                case Step.Fail<T>(var failure) -> "the failure " + failure;
                case Step.Pause<T>(var nanos) -> "a pause of " + Duration.ofNanos(nanos);
                case Step.Yield<T> _ -> "a poll that is pending";
            };
            throw new AssertionError(
                    "the script is not done, " + steps.size() + " steps are left, the first is " + what);
        }
    }

    @Override
    public String toString() {
        return "ScriptedStream[steps=" + steps.size() + "]";
    }

    /// The steps, in the order in which they are said.
    ///
    /// @param <T> the type of the values
    public static final class Script<T> {
        private final ArrayDeque<Step<T>> steps = new ArrayDeque<>();

        private Script() {}

        /// Values come, one for each poll.
        ///
        /// @param values the values, none of them null
        /// @return this script
        @SafeVarargs
        public final Script<T> emit(T... values) {
            for (T value : values) {
                add(new Step.Emit<>(Objects.requireNonNull(value, "value must not be null, which is the end")));
            }
            return this;
        }

        /// A poll throws, and then the stream is at its end, whatever else the script says.
        ///
        /// @param failure what it throws
        /// @return this script
        public Script<T> fail(Exception failure) {
            return add(new Step.Fail<>(Objects.requireNonNull(failure, "failure must not be null")));
        }

        /// Nothing comes for a time, counted from the first poll that comes to this step.
        ///
        /// @param time how long, not negative
        /// @return this script
        public Script<T> pause(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("time must not be negative, but was " + time);
            }
            return add(new Step.Pause<>(Durations.nanos(time)));
        }

        /// One poll is pending, and its waker is woken when others have had their turn.
        ///
        /// @return this script
        public Script<T> pending() {
            return add(new Step.Yield<>());
        }

        private Script<T> add(Step<T> step) {
            steps.add(step);
            return this;
        }

        /// Ends the script.
        ///
        /// @return a stream that follows it
        public ScriptedStream<T> end() {
            return new ScriptedStream<>(new ArrayDeque<>(steps));
        }
    }
}
