// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Misuse;
import dev.wakeful.internal.Sources;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A value that will be there later, computed by being polled.
///
/// A future is lazy: making one has no effect, the first [#poll] starts it. Whoever polls it is its owner. It is a
/// functional interface, so a lambda `cx -> ...` is a future; an async block is the comfortable way to make one.
///
/// ### Contract
///
/// - *Polls* come one at a time, each happening-before the next; a spurious one is legal at any time and changes
///   nothing.
/// - *Pending is a promise*: the waker of the latest [Context] is woken when progress is possible. Only the latest
///   counts.
/// - *Ready, or a thrown exception, is final*: a later poll throws [IllegalStateException].
/// - *One owner*: a future that was polled belongs to the task that polled it; [#shared()] makes one for many.
/// - *Winding down*: an owner that gives up calls [#pollCancel] until it is ready.
/// - *Never block* in a poll.
///
/// {@snippet class="FutureExamples" region="handWritten"}
///
/// @param <T> the type of the value
@FunctionalInterface
public interface Future<T extends @Nullable Object> {
    /// Goes on as far as possible without blocking.
    ///
    /// @param cx the surroundings of this poll; its waker is the one to wake
    /// @return the value, or [Poll.Pending] when the waker of `cx` will be woken
    /// @throws Exception the failure of the future, final as [Poll.Ready] is
    Poll<T> poll(Context cx) throws Exception;

    /// As [#poll], without an object around the value: what compiled blocks and the library's combinators call.
    ///
    /// Whoever overrides [#poll] alone keeps the contract; a leaf that is to allocate nothing overrides both.
    ///
    /// @param cx the surroundings of this poll
    /// @return the value, or [#PENDING]
    /// @throws Exception the failure of the future
    default @Nullable Object pollRaw(Context cx) throws Exception {
        return switch (Checks.ON ? Checks.poll(this, cx) : poll(cx)) {
            case Poll.Ready<T>(var value) -> value;
            case Poll.Pending<T> _ -> PENDING;
            case null -> throw Misuse.nullPolled(this);
        };
    }

    /// What [#pollRaw] returns in the place of [Poll.Pending]. Never a value.
    Object PENDING = new Object() {
        @Override
        public String toString() {
            return "PENDING";
        }
    };

    /// Winds the future down because its owner gives up on it; called until it is [Poll.Ready] or throws.
    ///
    /// The future first winds down what it awaits, then frees what it holds and runs its clean-up, which may await. A
    /// no-op for a future that was never polled or is complete; idempotent; after the first call [#poll] throws. The
    /// same rules hold as for [#poll]. The default suits futures that hold nothing.
    ///
    /// @param cx the surroundings of this poll
    /// @return ready when everything is wound down
    /// @throws Exception a failure of the clean-up
    default Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
        if (Checks.ON) {
            Checks.cancelled(this);
        }
        return Poll.ready(null);
    }

    /// Says what this future is and what it waits for. Called by dumps and reports from any thread, while the future
    /// may be polled on another: reads fields, changes nothing, polls nothing, and may see values that are not quite
    /// current.
    ///
    /// @param to where to say it
    default void describe(Description to) {
        to.label(Sources.of(this));
    }

    /// A future that is ready with `value` at its first poll.
    ///
    /// @param <T> the type of the value
    /// @param value the value
    /// @return the future
    static <T extends @Nullable Object> Future<T> ready(T value) {
        return new Settled<>(value, null);
    }

    /// A future that throws `failure` at its first poll.
    ///
    /// @param <T> the type of the value there never is
    /// @param failure what to throw, that very object
    /// @return the future
    static <T extends @Nullable Object> Future<T> failed(Throwable failure) {
        return new Settled<>(null, Objects.requireNonNull(failure, "failure must not be null"));
    }

    /// A future that is never ready. On purpose, so it is not reported as lost by itself.
    ///
    /// @param <T> the type of the value there never is
    /// @return the future
    static <T extends @Nullable Object> Future<T> pending() {
        return new Never<>();
    }

    /// A future of `function` applied to this one's value.
    ///
    /// @param <R> the type of the result
    /// @param function applied in the poll in which the value is there; what it throws fails the future
    /// @return the future, which owns this one
    default <R extends @Nullable Object> Future<R> map(Mapping<? super T, ? extends R> function) {
        return new Mapped<>(this, Objects.requireNonNull(function, "function must not be null"));
    }

    /// A future that goes on with the future that `function` makes of this one's value.
    ///
    /// @param <R> the type of the result
    /// @param function applied once, when the value is there
    /// @return the future, which owns this one
    default <R extends @Nullable Object> Future<R> then(Mapping<? super T, ? extends Future<? extends R>> function) {
        return new Then<>(this, Objects.requireNonNull(function, "function must not be null"));
    }

    /// A future that answers a failure of this one with another value. A cancel is not a failure and is not seen.
    ///
    /// @param function gives the value, or throws
    /// @return the future, which owns this one
    default Future<T> recover(Mapping<? super Throwable, ? extends T> function) {
        return new Recovered<>(this, Objects.requireNonNull(function, "function must not be null"));
    }

    /// A future that many tasks may await; each gets the same value, or the same throwable.
    ///
    /// Whichever of them is polled drives this future, and when it gives up another does. The last one to give up winds
    /// this future down; whoever awaits the shared form only after that gets [CancelledException].
    ///
    /// @return the shared form, which owns this future; its own `shared()` makes one more place for the same value,
    ///     which each branch of *one* task needs that awaits it beside another
    default Future<T> shared() {
        return new Shared<>(this);
    }

    /// A function that may throw.
    ///
    /// @param <A> what it takes
    /// @param <R> what it gives
    @FunctionalInterface
    interface Mapping<A extends @Nullable Object, R extends @Nullable Object> {
        /// Applies the function.
        ///
        /// @param value the argument
        /// @return the result
        /// @throws Exception the failure
        R apply(A value) throws Exception;
    }
}
