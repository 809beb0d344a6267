// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Future;
import dev.wakeful.internal.Begun;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The end of a [Broadcast] where values go in. Any number of tasks and threads may use one.
///
/// @param <T> the type of the values
public final class BroadcastSender<T> implements AutoCloseable {
    private final Broadcast.Ring<T> ring;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Begun.@Nullable Watch watch;

    BroadcastSender(Broadcast.Ring<T> ring) {
        this.ring = ring;
        watch = Unclosed.end(
                this,
                ring,
                Broadcast.Ring::senderLost,
                "sender",
                "broadcast",
                "",
                "its receivers wait for an end that never comes");
    }

    /// Sends a value to all receivers. Never waits in the lossy form; waits for the slowest in the lossless one, in the
    /// order of first polls. Fails with [ClosedException], the value handed back, when there are no receivers or the
    /// broadcast was failed.
    ///
    /// ### Cancel safety
    ///
    /// Costs the value (class C): it is not sent.
    ///
    /// @param value the value
    /// @return a future that is ready when the value is in the channel
    public Future<@Nullable Void> send(T value) {
        return new BroadcastSend<>(open(), Sender.checked(value));
    }

    /// Sends a value to all receivers if that is possible without waiting.
    ///
    /// @param value the value
    /// @return `false` when the slowest receiver is too far behind; never in the lossy form
    /// @throws ClosedException when there are no receivers; the value is handed back
    public boolean trySend(T value) {
        return switch (open().send(null, Sender.checked(value), true, null, null)) {
            case DONE -> true;
            case CLOSED -> throw ring.closed(value);
            default -> false;
        };
    }

    /// Sends a value on the calling thread. Not for use inside a task.
    ///
    /// @param value the value
    /// @throws InterruptedException when the thread was interrupted while it waited; the value is not sent then
    /// @throws ClosedException when there are no receivers; the value is handed back
    public void sendBlocking(T value) throws InterruptedException {
        Blocking.awaitUnchecked(send(value));
    }

    /// Subscribes: makes a receiver of what is sent from here on.
    ///
    /// @return the receiver, to be closed
    public BroadcastReceiver<T> subscribe() {
        return new BroadcastReceiver<>(ring);
    }

    /// How many receivers there are now.
    ///
    /// @return the number
    public int receivers() {
        return ring.receivers();
    }

    /// Makes another sender, to be closed by itself.
    ///
    /// @return the sender
    /// @throws IllegalStateException when this sender is closed
    public BroadcastSender<T> copy() {
        if (!open().addSender()) { // closed since, and the last
            throw closedBefore();
        }
        return new BroadcastSender<>(ring);
    }

    /// Closes the broadcast, for all its senders, with a failure: the receivers get what was sent and then fail with
    /// that very object. Does nothing when it was closed so before.
    ///
    /// @param cause why
    public void fail(Throwable cause) {
        ring.close(Objects.requireNonNull(cause, "cause must not be null"));
    }

    /// Closes this sender. With the last one the receivers get what was sent and then the end. A second call does
    /// nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Unclosed.closed(watch);
            ring.removeSender();
        }
    }

    private Broadcast.Ring<T> open() {
        if (closed.get()) {
            throw closedBefore();
        }
        return ring;
    }

    private IllegalStateException closedBefore() {
        return new IllegalStateException("this sender is closed: " + ring);
    }

    @Override
    public String toString() {
        return "Sender of " + ring;
    }
}
