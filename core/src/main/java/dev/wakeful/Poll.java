// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// The answer of one poll: the value, or not yet.
///
/// Failing is throwing, so there is no third case.
///
/// ```java
/// switch (future.poll(cx)) {
///     case Poll.Ready(var value) -> use(value);
///     case Poll.Pending() -> {} // the waker of cx will be woken
/// }
/// ```
///
/// @param <T> the type of the value
public sealed interface Poll<T extends @Nullable Object> {
    /// The future is complete, with this value. Final: the future is not polled again.
    ///
    /// @param <T> the type of the value
    /// @param value what the future was for
    record Ready<T extends @Nullable Object>(T value) implements Poll<T> {
        private static final Ready<?> NULL = new Ready<@Nullable Object>(null);
    }

    /// The future is not complete and has arranged that the waker of this poll is woken when it can make progress.
    ///
    /// @param <T> the type of the value there will be
    record Pending<T extends @Nullable Object>() implements Poll<T> {
        private static final Pending<?> INSTANCE = new Pending<>();
    }

    /// An answer with a value.
    ///
    /// @param <T> the type of the value
    /// @param value the value, may be `null`
    /// @return ready with `value`
    @SuppressWarnings("unchecked") // the shared instance holds null, which is of every type
    static <T extends @Nullable Object> Ready<T> ready(T value) {
        return value == null ? (Ready<T>) Ready.NULL : new Ready<>(value);
    }

    /// An answer without a value yet; the same object every time.
    ///
    /// @param <T> the type of the value there will be
    /// @return pending
    @SuppressWarnings("unchecked") // it holds no value
    static <T extends @Nullable Object> Pending<T> pending() {
        return (Pending<T>) Pending.INSTANCE;
    }

    /// Whether this answer has a value.
    ///
    /// @return `true` for [Ready]
    default boolean isReady() {
        return this instanceof Ready;
    }
}
