// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// The grace period of a cancel: how long the clean-up of what is being wound down may wait.
///
/// Machines ask it before each await of their clean-up. It begins with the cancel of a scope, for all that is in it; or
/// with the first `pollCancel` of what is given up while its task goes on, for that alone. The end may come nearer,
/// because something around it ends earlier; it never moves away. Whoever began the period has the task woken when it
/// ends.
public interface Grace {
    /// The key. Nothing is offered where nothing is being wound down.
    Context.Key<Grace> KEY = Context.Key.of("grace period", "a task");

    /// What begins periods for what is given up; see [WindingDown].
    Context.Key<Starter> STARTER = Context.Key.of("start of grace periods", "a task");

    /// Whether the clean-up has no time left, so that each of its awaits is unwound at once.
    ///
    /// @return `true` from the end of the period on
    boolean isOver();

    /// When the period ends.
    ///
    /// @return a time of the context's timer; [Long#MAX_VALUE] when there is no limit
    default long endNanos() {
        return Long.MAX_VALUE;
    }

    /// Whether not only this clean-up is at its end but the runtime, so that shielded regions are cut as well.
    ///
    /// @return `true` from the end of the runtime's own grace period on
    default boolean endsAll() {
        return false;
    }

    /// Says that an await of the clean-up was cut because the period is over. By default nobody is told.
    ///
    /// @param site the await: class, method, file and line
    default void cut(StackTraceElement site) {}

    /// Begins periods.
    interface Starter {
        /// Begins a period of the length that the scope around the poll gives, or the runtime.
        ///
        /// @param cx the surroundings of the first `pollCancel`
        /// @return the period
        Period begin(Context cx);
    }

    /// A period as the one sees it who began it.
    interface Period extends Grace {
        /// Ends this period no later than another one around it.
        ///
        /// @param enclosing the other one, or `null` when there is none
        void within(@Nullable Grace enclosing);

        /// Has a waker woken at the end of the period. Called again with each poll that ends pending.
        ///
        /// @param waker the latest waker
        void arm(Waker waker);

        /// All is wound down: nothing is woken any more.
        void end();
    }
}
