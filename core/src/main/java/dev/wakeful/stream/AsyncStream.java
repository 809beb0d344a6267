// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stream;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import org.jspecify.annotations.Nullable;

/// Values that come one after the other, each awaited. One task takes from a stream at a time.
///
/// A functional interface: a lambda `cx -> ...` is a stream.
///
/// ### Contract
///
/// - *Lazy*: making a stream has no effect; the first poll starts it.
/// - *Pending is a promise*, as for a [Future]: the waker of the latest [Context] is woken when there is a value, or
///   the end. Spurious polls change nothing.
/// - *The end is `null`*, as in `BufferedReader.readLine`, and repeats: each later poll is ready with `null`. Values
///   are never `null`.
/// - *A failure ends it*: what a poll throws is thrown once, and after that the stream is at its end.
/// - *Winding down*: an owner that gives up before the end calls [#pollCancel] until it is ready.
///
/// @param <T> the type of the values
@FunctionalInterface
public interface AsyncStream<T> {
    /// Takes the next value if there is one.
    ///
    /// @param cx the surroundings of this poll; its waker is the one to wake
    /// @return the value, or `null` at the end, or [Poll.Pending] when the waker of `cx` will be woken
    /// @throws Exception the failure of the stream, after which it is at its end
    Poll<@Nullable T> pollNext(Context cx) throws Exception;

    /// Forgets the waker of the last [#pollNext], because a [#next] was given up. The stream goes on.
    default void forgetNext() {}

    /// Winds the stream down because its owner gives up on it; called until it is [Poll.Ready] or throws.
    ///
    /// A no-op at the end; idempotent. The default suits streams that hold nothing.
    ///
    /// @param cx the surroundings of this poll
    /// @return ready when everything is wound down
    /// @throws Exception a failure of the clean-up
    default Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
        return Poll.ready(null);
    }

    /// Takes the next value, and waits until there is one.
    ///
    /// Ready with the value, or with `null` at the end.
    ///
    /// {@snippet class="StreamExamples" region="next"}
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: a value is taken only by the poll that returns it. The stream is not wound down.
    ///
    /// @return a future of the value, or of `null`
    default Future<@Nullable T> next() {
        return new Next<>(this);
    }
}
