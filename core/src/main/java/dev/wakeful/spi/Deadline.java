// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The time by which what is being polled has to be done: the earliest of all the deadlines it is nested in.
///
/// Scopes and timeouts offer it, and whoever is called may read it, to ask a server for no more than there is time for.
/// Nobody has to: the one who set the deadline winds down what is not done by then, and fails with a
/// [dev.wakeful.TimeoutException].
///
/// @param nanos a time of the context's [Timer]
public record Deadline(long nanos) {
    /// The key. A context offers nothing under it where there is no deadline.
    public static final Context.Key<Deadline> KEY = Context.Key.of("deadline", "a scope or a timeout that has one");

    /// The context for what has to be done by `nanos`: `cx` itself when that has an earlier deadline.
    ///
    /// @param cx the surroundings
    /// @param nanos a time of the timer of `cx`
    /// @return the context for the polls of what is nested
    public static Context nest(Context cx, long nanos) {
        Deadline outer = cx.find(KEY);
        return outer != null && outer.nanos <= nanos ? cx : cx.with(KEY, new Deadline(nanos));
    }

    /// The time that is left, not less than nothing.
    ///
    /// @param cx a context whose timer the deadline is of
    /// @return how long it is until the deadline
    public Duration remaining(Context cx) {
        return Duration.ofNanos(Math.max(0, nanos - cx.get(Timer.KEY).nanos()));
    }

    /// The deadline of the one who awaits, or `null` where there is none.
    ///
    /// ### Cancel safety
    ///
    /// There is nothing to lose: it is ready at once.
    ///
    /// @return a future that is ready at its first poll
    @SuppressWarnings("NullAway") // of a lambda it does not see what T is
    public static Future<@Nullable Deadline> current() {
        return new Current();
    }

    /// The time that is left to the one who awaits, or `null` where there is no deadline.
    ///
    /// ### Cancel safety
    ///
    /// There is nothing to lose: it is ready at once.
    ///
    /// @return a future that is ready at its first poll
    @SuppressWarnings("NullAway") // of a lambda it does not see what T is
    public static Future<@Nullable Duration> remaining() {
        return new Remaining();
    }

    private static final class Current extends CheckedFuture<@Nullable Deadline> {
        @Override
        protected @Nullable Object advance(Context cx) {
            return cx.find(KEY);
        }
    }

    private static final class Remaining extends CheckedFuture<@Nullable Duration> {
        @Override
        protected @Nullable Object advance(Context cx) {
            Deadline deadline = cx.find(KEY);
            return deadline == null ? null : deadline.remaining(cx);
        }
    }
}
