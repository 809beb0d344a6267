// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Throwing;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The end of a channel where values come out.
///
/// ```java
/// for (String line; (line = await(lines.receive())) != null; ) {
///     print(line);
/// }
/// ```
///
/// @param <T> the type of the values
public final class Receiver<T> implements AutoCloseable {
    final Channel<T> channel;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Begun.@Nullable Watch watch;
    private @Nullable Receive<T> polled;

    Receiver(Channel<T> channel) {
        this.channel = channel;
        channel.addReceiver();
        watch = Unclosed.end(
                this,
                channel,
                Channel::receiverLost,
                "receiver",
                "channel",
                channel.name,
                "its senders believe that somebody receives");
    }

    /// Receives the next value, waiting until there is one.
    ///
    /// Ready with the value, or with `null` once the channel has ended: no more can come, none is queued and no permit
    /// is outstanding. If the channel was closed with a cause, fails with that very object instead of the `null`.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A): a value is taken only by the poll that returns it, and the next receiver is woken for
    /// it.
    ///
    /// ### Memory consistency
    ///
    /// Actions before a value is sent happen-before the poll that returns it.
    ///
    /// @return a future of the next value, or of `null` at the end
    public Future<@Nullable T> receive() {
        checkOpen();
        return new Receive<>(this);
    }

    /// As [#receive()], for those who write futures by hand: nothing is allocated for each value. One task at a time
    /// may poll a receiver. The end repeats.
    ///
    /// @param cx the surroundings of this poll
    /// @return the next value, `null` at the end, or pending when the waker of `cx` will be woken
    /// @throws Exception the cause that the channel was closed with, at the end
    @SuppressWarnings({"unchecked", "NullAway"}) // what is not PENDING is a T, or null at the end
    public Poll<@Nullable T> pollReceive(Context cx) throws Exception {
        Receive<T> node = polled;
        if (node == null) {
            checkOpen();
            node = new Receive<>(this);
            polled = node;
        }
        Object value = node.step(cx);
        return value == Future.PENDING ? Poll.pending() : Poll.ready((T) value);
    }

    /// Takes the next value if there is one.
    ///
    /// @return the value, or `null` when there is none *now*, or none that is not promised to a receiver that waits
    /// @throws ClosedException when there will be none any more
    @SuppressWarnings("unchecked") // what is not PENDING is a T
    public @Nullable T tryReceive() {
        checkOpen();
        takeBack(null);
        Object value = channel.tryReceive();
        if (value == null) {
            throw channel.closed(null);
        }
        return value == Future.PENDING ? null : (T) value;
    }

    /// Receives the next value on the calling thread, which waits in the same queue as the tasks do. Not for use inside
    /// a task.
    ///
    /// @return the value, or `null` at the end
    /// @throws InterruptedException when the thread was interrupted while it waited; nothing was taken then
    /// @throws Exception the cause that the channel was closed with, at the end
    public @Nullable T receiveBlocking() throws Exception {
        return Blocking.await(receive());
    }

    /// Receives several values at once: waits until there is one, then takes those that are there.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @param into where to add the values
    /// @param limit how many at most
    /// @return a future of the number of values added; 0 at the end
    public Future<Integer> receiveMany(Collection<? super T> into, int limit) {
        checkOpen();
        Objects.requireNonNull(into, "into must not be null");
        if (limit <= 0) {
            throw new IllegalArgumentException("limit must be positive, but was " + limit);
        }
        return new ReceiveMany<>(this, into, limit);
    }

    /// Receives several values at once on the calling thread, as [#receiveMany]. Not for use inside a task.
    ///
    /// @param into where to add the values
    /// @param limit how many at most
    /// @return the number of values added; 0 at the end
    /// @throws InterruptedException when the thread was interrupted while it waited; nothing was taken then
    /// @throws Exception the cause that the channel was closed with, at the end
    public int receiveManyBlocking(Collection<? super T> into, int limit) throws Exception {
        return Blocking.await(receiveMany(into, limit));
    }

    /// Ends the intake: no new value is accepted, while those that were accepted, and the permits that are outstanding,
    /// can still arrive. Senders that wait fail with [ClosedException], their value handed back.
    public void closeIntake() {
        channel.close(null, false);
    }

    /// As [#closeIntake()], with the reason, which senders find as the cause of their failure, and which [#receive()]
    /// fails with after the last value.
    ///
    /// @param cause why
    public void closeIntake(Throwable cause) {
        channel.close(Objects.requireNonNull(cause, "cause must not be null"), false);
    }

    /// Whether the intake is closed: by a receiver, by a sender that failed the channel, or because all receivers are
    /// closed. Values may be queued all the same.
    ///
    /// @return `true` when no new value is accepted
    public boolean isClosed() {
        return channel.isClosed();
    }

    /// How many values are queued now.
    ///
    /// @return the number
    public int size() {
        return channel.size();
    }

    /// Closes this receiver. With the last one the channel ends: senders fail, and what is queued goes to the channel's
    /// undelivered hook. A second call does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Unclosed.closed(watch);
            takeBack(null);
            channel.removeReceiver();
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this receiver is closed: " + channel);
        }
    }

    /// A value that was promised to a poll by [#pollReceive] is there for every other way to receive.
    void takeBack(@Nullable Receive<T> receiving) {
        Receive<T> node = polled;
        if (node != null && node != receiving && node.phase != Waiter.IDLE) {
            node.abandon();
        }
    }

    /// The end: `null`, or the cause is thrown.
    @Nullable
    Object end() throws Exception {
        Throwable cause = channel.cause();
        if (cause != null) {
            throw Throwing.sneak(cause);
        }
        return null;
    }

    @Override
    public String toString() {
        return "Receiver of " + channel;
    }
}
