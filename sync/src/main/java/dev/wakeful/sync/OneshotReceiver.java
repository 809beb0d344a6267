// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.internal.Begun;
import org.jspecify.annotations.Nullable;

/// The end of a [Oneshot] where the value comes out.
///
/// @param <T> the type of the value
public final class OneshotReceiver<T> implements AutoCloseable {
    private final Oneshot.Cell<T> cell;
    private final Begun.@Nullable Watch watch;
    private Oneshot.@Nullable Wait<T, T> polled;

    OneshotReceiver(Oneshot.Cell<T> cell) {
        this.cell = cell;
        watch = Unclosed.end(
                this,
                cell,
                Oneshot.Cell::receiverLost,
                "receiver",
                "oneshot",
                "",
                "its sender believes that somebody receives");
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
        return new Oneshot.Wait<T, T>(cell, this);
    }

    /// As [#receive()], for those who write futures by hand. One task at a time may poll a receiver.
    ///
    /// @param cx the surroundings of this poll
    /// @return the value, or pending when the waker of `cx` will be woken
    /// @throws Exception what the sender failed with; [ClosedException] when it was closed without a value
    @SuppressWarnings("unchecked") // the cell of T gives a T
    public Poll<T> pollReceive(Context cx) throws Exception {
        Oneshot.Wait<T, T> node = polled;
        if (node == null) {
            node = new Oneshot.Wait<>(cell, this);
            polled = node;
        }
        Object value = node.step(cx);
        return value == null || value == Future.PENDING ? Poll.pending() : Poll.ready((T) value);
    }

    /// Takes the value if it is there.
    ///
    /// @return the value, or `null` when it is not there *yet*
    /// @throws Exception what the sender failed with; [ClosedException] when it was closed without a value
    @SuppressWarnings("unchecked") // the cell of T gives a T
    public @Nullable T tryReceive() throws Exception {
        return cell.isSet(Oneshot.Cell.SENT) ? (T) take() : null;
    }

    /// Takes the value, once it was sent.
    Object take() throws Exception {
        Unclosed.closed(watch);
        return cell.take();
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
        Unclosed.closed(watch);
        cell.giveUp();
    }

    @Override
    public String toString() {
        return "Receiver of " + cell;
    }
}
