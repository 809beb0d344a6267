// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The surroundings of one poll: the waker to wake, and by typed keys what the executor offers.
///
/// A future reaches timer, network, spawner and randomness only through the context it is polled with, so the same code
/// runs on real drivers and on simulated ones. A context is valid for the poll it is passed to; only its waker is kept.
///
/// ```java
/// Poll<String> poll(Context cx) {
///     if (answer == null) {
///         source.onAnswer(cx.waker());
///         return Poll.pending();
///     }
///     return Poll.ready(answer);
/// }
/// ```
public interface Context {
    /// Randomness, drawn from the seed of the runtime; what [Select] and [Futures#race] start with. Without it they go
    /// in the declared order.
    Key<RandomGenerator> RANDOM = Key.of("randomness", "a runtime");

    /// Offered with `true` to the polls of a future that was [handed over][Futures#handOver]: those who check their
    /// owner take the task that polls them as the new one.
    Key<Boolean> HANDED_OVER = Key.of("handing over", "Futures.handOver");

    /// A context that offers a waker and nothing else, for polling by hand.
    ///
    /// @param waker the waker of the polls
    /// @return a context without keys, budget or task
    static Context of(Waker waker) {
        return new Contexts.Bare(Objects.requireNonNull(waker, "waker must not be null"));
    }

    /// The waker of this poll. A future that returns [Poll.Pending] has asked for it, and has arranged that it is
    /// woken.
    ///
    /// @return the waker, to be kept until it was woken or replaced
    Waker waker();

    /// What is offered under `key`, or `null`.
    ///
    /// @param <V> the type of what is offered
    /// @param key the key
    /// @return the value, or `null` when this context does not offer it
    <V> @Nullable V find(Key<V> key);

    /// What is offered under `key`.
    ///
    /// @param <V> the type of what is offered
    /// @param key the key
    /// @return the value
    /// @throws IllegalStateException when this context does not offer it; the message names what is missing and where
    ///     it would come from
    default <V> V get(Key<V> key) {
        V value = find(key);
        if (value == null) {
            throw new IllegalStateException("this context offers no " + key.name + "; it comes from " + key.source
                    + ", but the future was polled with " + this);
        }
        return value;
    }

    /// This context with `value` under `key`, for the polls of a child.
    ///
    /// @param <V> the type of what is offered
    /// @param key the key
    /// @param value what to offer
    /// @return a context that asks this one for everything else
    default <V> Context with(Key<V> key, V value) {
        Objects.requireNonNull(key, "key must not be null");
        return new Contexts.Keyed<>(this, key, Objects.requireNonNull(value, "value must not be null"));
    }

    /// This context with another waker, for combinators that tell their children apart.
    ///
    /// @param waker the waker of the polls
    /// @return a context that asks this one for everything else
    default Context with(Waker waker) {
        return new Contexts.Woken(this, Objects.requireNonNull(waker, "waker must not be null"));
    }

    /// Whether this poll may complete one more leaf operation. When it may not, the task was woken already, and the
    /// leaf returns [Poll.Pending] although a value may be there; so a task whose leaves are always ready lets others
    /// run.
    ///
    /// @return `false` when the budget of the poll is used up
    default boolean hasBudget() {
        return true;
    }

    /// Takes one unit of the poll's budget; called by a leaf that completes an operation.
    default void spendBudget() {}

    /// Keeps a waker aside and wakes it when the tasks that are ready now have run and the drivers were looked at;
    /// where there is no executor, wakes it at once.
    ///
    /// @param waker the waker of a poll that only lets others go first
    default void defer(Waker waker) {
        waker.wake();
    }

    /// The task that is being polled, or `null` when a future is polled by hand.
    ///
    /// @return the task that owns what is polled
    default @Nullable TaskRef task() {
        return null;
    }

    /// A name for something that contexts offer, compared by identity.
    ///
    /// @param <V> the type of what is offered
    final class Key<V> {
        private final String name;
        private final String source;

        private Key(String name, String source) {
            this.name = name;
            this.source = source;
        }

        /// A new key, different from every other.
        ///
        /// @param <V> the type of what is offered
        /// @param name what is offered, in a word or two: `timer`
        /// @param source where it comes from, for the message when it is missing: `a runtime`
        /// @return the key
        public static <V> Key<V> of(String name, String source) {
            return new Key<>(
                    Objects.requireNonNull(name, "name must not be null"),
                    Objects.requireNonNull(source, "source must not be null"));
        }

        @Override
        public String toString() {
            return "Key[" + name + "]";
        }
    }
}
