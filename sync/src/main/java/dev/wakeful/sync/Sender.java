// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.internal.Begun;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The end of a channel where values go in. Any number of tasks and threads may use one, or each a [copy][#copy()].
///
/// The channel ends when all its senders are closed: nothing is closed because a reference to it went away.
///
/// @param <T> the type of the values
public final class Sender<T> implements AutoCloseable {
    private final Channel<T> channel;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Begun.@Nullable Watch watch;
    private @Nullable Send<T> polled;

    /// A sender that is counted already.
    Sender(Channel<T> channel) {
        this.channel = channel;
        watch = Unclosed.end(
                this,
                channel,
                Channel::senderLost,
                "sender",
                "channel",
                channel.name,
                "its receivers wait for an end that never comes");
    }

    /// Sends a value, waiting for room in the order of first polls. In a rendezvous channel it waits until the value
    /// was received. Fails with [ClosedException], the value handed back, when nobody will receive it.
    ///
    /// ### Cancel safety
    ///
    /// Costs the value (class C): it is not sent, and goes to the channel's undelivered hook. A rendezvous whose value
    /// was taken already has happened.
    ///
    /// ### Memory consistency
    ///
    /// Actions before the first poll happen-before the poll that receives the value.
    ///
    /// @param value the value
    /// @return a future that is ready when the value is in the channel
    public Future<@Nullable Void> send(T value) {
        return new Send<>(open(), checked(value));
    }

    /// As [#send], for a clause of a [Select][dev.wakeful.Select]: nothing but the poll that is ready sends the value,
    /// so of several clauses, receives and offers alike, exactly one takes effect.
    ///
    /// ```java
    /// await(Select.<String>of()
    ///         .on(requests.receive(), request -> "received " + request)
    ///         .on(results.offer(result), _ -> "sent"));
    /// ```
    ///
    /// It differs in a rendezvous channel only: a send is complete when its value was received, and that may happen
    /// between two polls; an offer hands its value to a receiver that waits, or if that is cancelled, to the next. A
    /// receive of the same task counts too.
    ///
    /// ### Cancel safety
    ///
    /// Costs the value (class C): it is not sent, and goes to the channel's undelivered hook. A clause that was never
    /// polled, because another was ready at once, has not begun: its value is still the caller's.
    ///
    /// @param value the value
    /// @return a future that is ready when the value is in the channel
    public Future<@Nullable Void> offer(T value) {
        return open() instanceof RendezvousChannel<T> meeting ? new Offer<>(meeting, checked(value)) : send(value);
    }

    /// As [#send], for those who write futures by hand. While the answer is pending, the value has its place in the
    /// queue; it is passed again at the next poll. One task at a time may poll a sender; others make a [copy][#copy()].
    ///
    /// ### Cancel safety
    ///
    /// As [#send]: who gives up calls [#cancelSend()].
    ///
    /// @param cx the surroundings of this poll
    /// @param value the value, the same until it is sent
    /// @return ready when the value is in the channel, or pending when the waker of `cx` will be woken
    /// @throws ClosedException when nobody will receive it; the value is handed back
    public Poll<@Nullable Void> pollSend(Context cx, T value) {
        Send<T> node = polled;
        if (node == null) {
            node = new Send<>(open(), checked(value));
            polled = node;
        } else if (!node.isOf(value)) {
            throw new IllegalStateException(
                    "a poll for another value is not complete, so this cannot be sent: " + value);
        }
        boolean pending = false;
        try {
            pending = node.step(cx) == Future.PENDING;
        } finally {
            if (!pending) {
                polled = null;
            }
        }
        return pending ? Poll.pending() : Poll.ready(null);
    }

    /// Gives up a send that [#pollSend] has begun and that is not complete: the value is not sent, and goes to the
    /// channel's undelivered hook. Does nothing when there is none.
    public void cancelSend() {
        Send<T> node = polled;
        polled = null;
        if (node != null) {
            node.abandon();
        }
    }

    /// Sends a value if that is possible without waiting.
    ///
    /// @param value the value
    /// @return `false` when there is no room; in a rendezvous channel, when no receiver waits
    /// @throws ClosedException when nobody will receive it; the value is handed back
    public boolean trySend(T value) {
        return switch (open().trySend(checked(value))) {
            case DONE -> true;
            case CLOSED -> throw channel.closed(value);
            default -> false;
        };
    }

    /// Sends a value on the calling thread, which waits in the same queue as the tasks do. Not for use inside a task.
    ///
    /// @param value the value
    /// @throws InterruptedException when the thread was interrupted while it waited; the value is not sent then
    /// @throws ClosedException when nobody will receive it; the value is handed back
    public void sendBlocking(T value) throws InterruptedException {
        Blocking.awaitUnchecked(send(value));
    }

    /// Reserves a slot, so that a value that is made afterwards can be sent without waiting.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B). A slot that was assigned goes to the next.
    ///
    /// @return a future of the slot, to be used or closed; fails with [ClosedException] when the channel is closed
    public Future<SendPermit<T>> reserve() {
        return reserve(1);
    }

    /// Reserves several slots at once.
    ///
    /// ### Cancel safety
    ///
    /// Costs the place in the queue (class B). Slots that were assigned go to the next.
    ///
    /// @param slots how many, at most the capacity
    /// @return a future of the slots, to be used or closed; fails with [ClosedException] when the channel is closed
    public Future<SendPermit<T>> reserve(int slots) {
        return new Reserve<>(open(), checkedSlots(slots));
    }

    /// Reserves a slot on the calling thread, which waits in the same queue as the tasks do. Not for use inside a task.
    ///
    /// @return the slot, to be used or closed
    /// @throws InterruptedException when the thread was interrupted while it waited; no slot is held then
    /// @throws ClosedException when the channel is closed
    public SendPermit<T> reserveBlocking() throws InterruptedException {
        return reserveBlocking(1);
    }

    /// Reserves several slots at once on the calling thread, which waits in the same queue as the tasks do.
    ///
    /// @param slots how many, at most the capacity
    /// @return the slots, to be used or closed
    /// @throws InterruptedException when the thread was interrupted while it waited; no slot is held then
    /// @throws ClosedException when the channel is closed
    public SendPermit<T> reserveBlocking(int slots) throws InterruptedException {
        return Blocking.awaitUnchecked(reserve(slots));
    }

    /// Reserves a slot if one is free.
    ///
    /// @return the slot, or `null` when there is no room
    /// @throws ClosedException when the channel is closed
    public @Nullable SendPermit<T> tryReserve() {
        return tryReserve(1);
    }

    /// Reserves several slots if they are free.
    ///
    /// @param slots how many, at most the capacity
    /// @return the slots, or `null` when there is not enough room
    /// @throws ClosedException when the channel is closed
    public @Nullable SendPermit<T> tryReserve(int slots) {
        var permit = new Reserve<>(open(), checkedSlots(slots));
        return switch (channel.tryReserve(slots)) {
            case DONE -> {
                permit.assigned = slots;
                yield permit;
            }
            case CLOSED -> throw channel.closed(null);
            default -> null;
        };
    }

    /// Waits until no new value is accepted any more: the intake or the last receiver was closed, or the channel
    /// failed.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future that is ready then
    public Future<@Nullable Void> closed() {
        return new Closed(channel);
    }

    /// Waits on the calling thread until no new value is accepted any more. Not for use inside a task.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited
    public void closedBlocking() throws InterruptedException {
        Blocking.awaitUnchecked(closed());
    }

    /// Whether no new value is accepted any more.
    ///
    /// @return `true` once a send fails
    public boolean isClosed() {
        return channel.isClosed();
    }

    /// Closes the channel, for all its senders, with a failure: the receivers get what was accepted and then fail with
    /// that very object. Does nothing when the channel is closed already.
    ///
    /// @param cause why
    public void fail(Throwable cause) {
        channel.close(Objects.requireNonNull(cause, "cause must not be null"), false);
    }

    /// Makes another sender of the channel, to be closed by itself.
    ///
    /// @return the sender
    /// @throws IllegalStateException when this sender is closed
    public Sender<T> copy() {
        if (!open().addSender()) { // closed since, and the last
            throw closedBefore();
        }
        return new Sender<>(channel);
    }

    /// Makes a weak sender, which does not keep the channel open.
    ///
    /// @return the weak sender
    public WeakSender<T> downgrade() {
        return channel.downgraded();
    }

    /// Whether both are senders of one channel.
    ///
    /// @param other the other
    /// @return whether they are
    public boolean sameChannel(Sender<?> other) {
        return channel == other.channel;
    }

    /// How many senders of the channel are open now.
    ///
    /// @return the number
    public int senders() {
        return channel.senders();
    }

    /// How many values could be sent without waiting now.
    ///
    /// @return the number
    public int freeSlots() {
        return channel.freeSlots();
    }

    /// Closes this sender. The channel ends with the last one, once it is drained. A second call does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Unclosed.closed(watch);
            cancelSend();
            channel.removeSender();
        }
    }

    private Channel<T> open() {
        if (closed.get()) {
            throw closedBefore();
        }
        return channel;
    }

    private IllegalStateException closedBefore() {
        return new IllegalStateException("this sender is closed: " + channel);
    }

    private int checkedSlots(int slots) {
        if (!channel.hasSlots()) {
            throw new IllegalStateException("a rendezvous channel has no slots to reserve: " + channel);
        }
        if (slots <= 0 || slots > channel.capacity) {
            throw new IllegalArgumentException(
                    "slots must be between 1 and the capacity " + channel.capacity + ", but was " + slots);
        }
        return slots;
    }

    static <V> V checked(V value) {
        return Objects.requireNonNull(value, "value must not be null");
    }

    @Override
    public String toString() {
        return "Sender of " + channel;
    }
}
