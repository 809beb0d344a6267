// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;

/// The grace period of a cancel, offered by a task while it is being wound down.
///
/// Machines ask it before each await of their clean-up. Whoever started the period wakes the task when it ends.
public interface Grace {
    /// The key.
    Context.Key<Grace> KEY = Context.Key.of("grace period", "a task");

    /// Whether the clean-up has no time left, so that each of its awaits is unwound at once.
    ///
    /// @return `true` from the end of the period on
    boolean isOver();

    /// Says that an await of the clean-up was cut because the period is over. By default nobody is told.
    ///
    /// @param site the await: class, method, file and line
    default void cut(StackTraceElement site) {}
}
