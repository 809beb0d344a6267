// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Futures made of futures: all of them, the first of them, and small wrappers around one.
///
/// Each combinator owns the futures it is given, polls them in the task that polls it, and winds down together those
/// that it gives up, before anybody sees its outcome.
public final class Futures {
    private Futures() {}

    // ------------------------------------------------------------------------------------------------- all

    /// The values of two futures, computed together.
    ///
    /// The first failure gives up the other future, winds it down, and is then thrown; failures of that clean-up are
    /// suppressed on it.
    ///
    /// {@snippet class="FuturesExamples" region="join"}
    ///
    /// ### Cancel safety
    ///
    /// Inherited: giving up winds down both futures together.
    ///
    /// @param <A> the type of the first value
    /// @param <B> the type of the second value
    /// @param first the first future
    /// @param second the second future
    /// @return a future of both values
    public static <A extends @Nullable Object, B extends @Nullable Object> Future<Two<A, B>> join(
            Future<A> first, Future<B> second) {
        return new JoinAll(first, second).map(values -> new Two<>(Values.of(values[0]), Values.of(values[1])));
    }

    /// The values of three futures, computed together; as [#join(Future, Future)].
    ///
    /// @param <A> the type of the first value
    /// @param <B> the type of the second value
    /// @param <C> the type of the third value
    /// @param first the first future
    /// @param second the second future
    /// @param third the third future
    /// @return a future of the three values
    public static <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
            Future<Three<A, B, C>> join(Future<A> first, Future<B> second, Future<C> third) {
        return new JoinAll(first, second, third)
                .map(values -> new Three<>(Values.of(values[0]), Values.of(values[1]), Values.of(values[2])));
    }

    /// The values of many futures, computed together, in the order of the collection.
    ///
    /// Only futures that were woken are polled, so a hundred thousand of them cost no more than as many wakes. The
    /// first failure gives up the others, as in [#join(Future, Future)].
    ///
    /// ### Cancel safety
    ///
    /// Inherited: giving up winds down all futures together.
    ///
    /// @param <T> the type of the values
    /// @param futures the futures
    /// @return a future of the unmodifiable list of their values
    public static <T extends @Nullable Object> Future<List<T>> joinAll(
            Collection<? extends Future<? extends T>> futures) {
        return new JoinAll(Objects.requireNonNull(futures, "futures must not be null")
                        .toArray(new Future<?>[0]))
                .map(values -> Values.<List<T>>of(Collections.unmodifiableList(Arrays.asList(values))));
    }

    /// Two values.
    ///
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param first the value of the first future
    /// @param second the value of the second future
    public record Two<A extends @Nullable Object, B extends @Nullable Object>(A first, B second) {}

    /// Three values.
    ///
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param <C> the type of the third
    /// @param first the value of the first future
    /// @param second the value of the second future
    /// @param third the value of the third future
    public record Three<A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>(
            A first, B second, C third) {}

    // ------------------------------------------------------------------------------------------------- the first

    /// The outcome of the future that completes first: its value, or its failure. The losers are wound down before the
    /// outcome is given.
    ///
    /// Which future is polled first is random, drawn from [Context#RANDOM].
    ///
    /// ### Cancel safety
    ///
    /// Inherited: giving up winds down all futures together. What a loser costs to cancel, losing costs.
    ///
    /// @param <T> the type of the value
    /// @param futures the futures, at least one
    /// @return a future of the first outcome
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public static <T extends @Nullable Object> Future<T> race(Future<? extends T>... futures) {
        return new Race<>(
                false,
                Objects.requireNonNull(futures, "futures must not be null").clone());
    }

    /// The outcome of the future that completes first; as [#race(Future...)].
    ///
    /// @param <T> the type of the value
    /// @param futures the futures, at least one
    /// @return a future of the first outcome
    public static <T extends @Nullable Object> Future<T> race(Collection<? extends Future<? extends T>> futures) {
        return new Race<>(
                false,
                Objects.requireNonNull(futures, "futures must not be null").toArray(new Future<?>[0]));
    }

    /// The first value. A failure is waited out; only if all fail, the first failure is thrown, the others suppressed
    /// on it. The losers are wound down before the value is given.
    ///
    /// ### Cancel safety
    ///
    /// Inherited: giving up winds down all futures together.
    ///
    /// @param <T> the type of the value
    /// @param futures the futures, at least one
    /// @return a future of the first value
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public static <T extends @Nullable Object> Future<T> firstSuccess(Future<? extends T>... futures) {
        return new Race<>(
                true,
                Objects.requireNonNull(futures, "futures must not be null").clone());
    }

    /// The first value; as [#firstSuccess(Future...)].
    ///
    /// @param <T> the type of the value
    /// @param futures the futures, at least one
    /// @return a future of the first value
    public static <T extends @Nullable Object> Future<T> firstSuccess(
            Collection<? extends Future<? extends T>> futures) {
        return new Race<>(
                true,
                Objects.requireNonNull(futures, "futures must not be null").toArray(new Future<?>[0]));
    }

    /// The future that completes first, as a function: its value, and the other future, not wound down. The caller
    /// still owns that one, and polls it on, hands it on or winds it down. Polls in the order of the arguments.
    ///
    /// A failure of either future winds down the other, and is then thrown.
    ///
    /// ### Cancel safety
    ///
    /// Inherited: giving up winds down both futures together.
    ///
    /// @param <A> the type of the first value
    /// @param <B> the type of the second value
    /// @param first the first future
    /// @param second the second future
    /// @return a future of the first value and the other future
    public static <A extends @Nullable Object, B extends @Nullable Object> Future<Either<A, B>> select(
            Future<A> first, Future<B> second) {
        return new FirstOf(List.of(
                        Objects.requireNonNull(first, "first must not be null"),
                        Objects.requireNonNull(second, "second must not be null")))
                .map(found -> found.index == 0
                        ? new Either.First<>(Values.of(found.value), second)
                        : new Either.Second<>(Values.of(found.value), first));
    }

    /// The future that completes first of many; as [#select(Future, Future)].
    ///
    /// @param <T> the type of the values
    /// @param futures the futures, at least one
    /// @return a future of the first value, its place, and the others in their order
    public static <T extends @Nullable Object> Future<Selected<T>> selectAll(
            Collection<? extends Future<? extends T>> futures) {
        List<Future<? extends T>> all = List.copyOf(Objects.requireNonNull(futures, "futures must not be null"));
        return new FirstOf(all).map(found -> {
            List<Future<? extends T>> rest = new ArrayList<>(all);
            rest.remove(found.index);
            return new Selected<>(found.index, Values.<T>of(found.value), Collections.unmodifiableList(rest));
        });
    }

    /// What [#select(Future, Future)] found.
    ///
    /// @param <A> the type of the first value
    /// @param <B> the type of the second value
    public sealed interface Either<A extends @Nullable Object, B extends @Nullable Object> {
        /// The first future was ready first.
        ///
        /// @param <A> the type of the first value
        /// @param <B> the type of the second value
        /// @param value its value
        /// @param loser the second future, still to be completed or wound down
        record First<A extends @Nullable Object, B extends @Nullable Object>(A value, Future<B> loser)
                implements Either<A, B> {}

        /// The second future was ready first.
        ///
        /// @param <A> the type of the first value
        /// @param <B> the type of the second value
        /// @param value its value
        /// @param loser the first future, still to be completed or wound down
        record Second<A extends @Nullable Object, B extends @Nullable Object>(B value, Future<A> loser)
                implements Either<A, B> {}
    }

    /// What [#selectAll(Collection)] found.
    ///
    /// @param <T> the type of the values
    /// @param index the place of the future that was ready first
    /// @param value its value
    /// @param rest the others, still to be completed or wound down
    public record Selected<T extends @Nullable Object>(int index, T value, List<Future<? extends T>> rest) {}

    // ------------------------------------------------------------------------------------------------- around one

    /// The outcome of a future as a value: a failure is not thrown but given.
    ///
    /// @param <T> the type of the value
    /// @param future the future
    /// @return a future of its outcome, which does not fail
    public static <T extends @Nullable Object> Future<Outcome<T>> catching(Future<T> future) {
        return Objects.requireNonNull(future, "future must not be null")
                .<Outcome<T>>map(Outcome.Value::new)
                .recover(Outcome.Failure::new);
    }

    /// How a future ended.
    ///
    /// @param <T> the type of the value
    public sealed interface Outcome<T extends @Nullable Object> {
        /// It was ready.
        ///
        /// @param <T> the type of the value
        /// @param value its value
        record Value<T extends @Nullable Object>(T value) implements Outcome<T> {}

        /// It failed.
        ///
        /// @param <T> the type of the value there is not
        /// @param failure the very object that it threw
        record Failure<T extends @Nullable Object>(Throwable failure) implements Outcome<T> {}
    }

    /// Polls a future once and gives the answer, ready or not. The future is not wound down: the caller owns it, and
    /// may await it later.
    ///
    /// @param <T> the type of the value
    /// @param future the future
    /// @return a future that is ready at its first poll, with the answer of that poll
    public static <T extends @Nullable Object> Future<Poll<T>> pollOnce(Future<T> future) {
        return new PollOnce<>(Objects.requireNonNull(future, "future must not be null"));
    }

    /// A future that can be ended from outside, without a task of its own.
    ///
    /// @param <T> the type of the value
    /// @param future the future
    /// @return the form with [Abortable#abort(String)]
    public static <T extends @Nullable Object> Abortable<T> abortable(Future<T> future) {
        return new Abortable<>(Objects.requireNonNull(future, "future must not be null"));
    }

    /// Lets another task go on with a future that this one has polled: the next task that polls the result becomes the
    /// owner. The one who hands over does not touch `future` again.
    ///
    /// @param <T> the type of the value
    /// @param future the future, started or not
    /// @return the same future for a new owner
    public static <T extends @Nullable Object> Future<T> handOver(Future<T> future) {
        return new HandedOver<>(Objects.requireNonNull(future, "future must not be null"));
    }

    /// A future that is not cancelled from outside: who gives up on it goes on polling `region` until it completes, and
    /// only then the cancel takes effect. So `region` runs as if nobody had asked, its own deadlines included.
    ///
    /// A value that nobody gets any more because of the cancel is discarded, and closed if it is [AutoCloseable]; a
    /// failure is thrown as one of the clean-up.
    ///
    /// ### Cancel safety
    ///
    /// As if there were no cancel, up to the end of `region`.
    ///
    /// @param <T> the type of the value
    /// @param region what must be finished once it has begun
    /// @return the future, which owns `region`
    public static <T extends @Nullable Object> Future<T> shield(Future<T> region) {
        return new Shield<>(Objects.requireNonNull(region, "region must not be null"));
    }
}
