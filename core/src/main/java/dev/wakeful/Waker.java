// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;

/// Says to an executor that a task can make progress.
///
/// A future that is not ready keeps the waker of the latest [Context] it was polled with where the one who makes the
/// progress finds it, and that one wakes it. Keep it in the node of the source (the channel, the timer, the driver),
/// not in the future: a waker that only its own future can reach can never be woken, and is reported.
///
/// ### Contract
///
/// [#wake()] is cheap and idempotent, runs no user code, never throws, never polls, and may be called from any thread,
/// at any time: inside the poll, after completion, and while the caller holds a lock.
///
/// ### Memory consistency
///
/// Actions before a wake happen-before the poll that it leads to, also when several wakes merge into that poll.
public interface Waker {
    /// Asks for a poll of the task. Wakes that come before that poll has begun merge into it.
    void wake();

    /// Whether a wake of `other` would wake the same task, so that a stored waker need not be replaced.
    ///
    /// May answer `false` for wakers of one task, never `true` for wakers of two.
    ///
    /// @param other the waker to compare with
    /// @return whether both wake one task
    default boolean willWake(Waker other) {
        return this == other;
    }

    /// A waker that does nothing, for polls whose outcome alone matters.
    ///
    /// @return the waker; the same object every time
    static Waker noop() {
        return Wakers.NOOP;
    }

    /// A waker that runs `action` at each wake. The action must keep the contract of [#wake()].
    ///
    /// @param action what to do
    /// @return a waker
    static Waker of(Runnable action) {
        return new Wakers.Running(Objects.requireNonNull(action, "action must not be null"));
    }
}
