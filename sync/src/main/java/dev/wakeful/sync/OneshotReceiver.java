// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Future;
import org.jspecify.annotations.Nullable;

/// The end of a [Oneshot] where the value comes out.
///
/// @param <T> the type of the value
public final class OneshotReceiver<T> implements AutoCloseable {
    private final Oneshot.Cell<T> cell;

    OneshotReceiver(Oneshot.Cell<T> cell) {
        this.cell = cell;
    }

    /// Waits for the value.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A): the value stays until a poll returns it.
    ///
    /// @return a future of the value; fails with what the sender failed with, or with [ClosedException] when it was
    ///     closed
    public Future<T> receive() {
        return new Oneshot.Wait<T, T>(cell, Oneshot.Cell.SENT);
    }

    /// Takes the value if it is there.
    ///
    /// @return the value, or `null` when it is not there *yet*
    /// @throws Exception what the sender failed with; [ClosedException] when it was closed without a value
    @SuppressWarnings("unchecked") // the cell of T gives a T
    public @Nullable T tryReceive() throws Exception {
        return cell.isSet(Oneshot.Cell.SENT) ? (T) cell.take() : null;
    }

    /// Waits for the value on the calling thread. Not for use inside a task.
    ///
    /// @return the value
    /// @throws InterruptedException when the thread was interrupted while it waited
    /// @throws Exception what the sender failed with; [ClosedException] when it was closed without a value
    public T receiveBlocking() throws Exception {
        return Blocking.await(receive());
    }

    /// Gives up receiving: the sender's value is handed back, or goes to the undelivered hook when it was sent already.
    @Override
    public void close() {
        cell.giveUp();
    }

    @Override
    public String toString() {
        return "Receiver of " + cell;
    }
}
