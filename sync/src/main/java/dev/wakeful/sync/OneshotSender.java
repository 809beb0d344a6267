// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Future;
import dev.wakeful.internal.Begun;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The end of a [Oneshot] where the value goes in.
///
/// @param <T> the type of the value
public final class OneshotSender<T> implements AutoCloseable {
    private final Oneshot.Cell<T> cell;
    private final Begun.@Nullable Watch watch;

    OneshotSender(Oneshot.Cell<T> cell) {
        this.cell = cell;
        watch = Unclosed.end(
                this,
                cell,
                Oneshot.Cell::senderLost,
                "sender",
                "oneshot",
                "",
                "its receiver waits for a value that never comes");
    }

    /// Sends the value; never waits.
    ///
    /// @param value the value
    /// @throws ClosedException when the receiver is gone; the value is handed back
    /// @throws IllegalStateException when a value was sent already or this sender is closed
    public void send(T value) {
        Objects.requireNonNull(value, "value must not be null");
        Unclosed.closed(watch);
        if (!cell.settle(value, null)) {
            throw new ClosedException("the receiver of the oneshot is closed", value, null);
        }
    }

    /// Fails the receiver, with that very object, instead of sending a value. Nothing happens when it is gone.
    ///
    /// @param failure the failure
    /// @throws IllegalStateException when a value was sent already or this sender is closed
    public void fail(Throwable failure) {
        Objects.requireNonNull(failure, "failure must not be null");
        Unclosed.closed(watch);
        boolean _ = cell.settle(null, failure);
    }

    /// Waits until the receiver is closed, so that the value need not be made.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future that is ready when the receiver is closed or has received
    public Future<@Nullable Void> closed() {
        return new Oneshot.Wait<T, @Nullable Void>(cell, null);
    }

    /// Waits on the calling thread until the receiver is closed or has received. Not for use inside a task.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited
    public void closedBlocking() throws InterruptedException {
        Blocking.awaitUnchecked(closed());
    }

    /// Whether the receiver is closed or has received.
    ///
    /// @return whether
    public boolean isClosed() {
        return cell.isSet(Oneshot.Cell.GONE);
    }

    /// Gives up sending: the receiver fails with [ClosedException]. Does nothing once a value was sent.
    @Override
    public void close() {
        Unclosed.closed(watch);
        if (!cell.isSet(Oneshot.Cell.SENT)) {
            boolean _ = cell.settle(
                    null, new ClosedException("the sender of the oneshot was closed without a value", null, null));
        }
    }

    @Override
    public String toString() {
        return "Sender of " + cell;
    }
}
