// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

/// A queue of many senders and many receivers, each value for one of them: work for a crew.
///
/// Receivers are served in the order of their first polls: a value is promised to the one that has waited longest, and
/// only that one is woken.
///
/// @param <T> the type of the values
public final class Mpmc<T> {
    private final Sender<T> sender;
    private final Channel<T> channel;

    Mpmc(Channel<T> channel) {
        this.channel = channel;
        sender = new Sender<>(channel);
    }

    /// A queue that holds a number of values at most.
    ///
    /// @param <T> the type of the values
    /// @param capacity how many
    /// @return the queue
    public static <T> Mpmc<T> bounded(int capacity) {
        return new ChannelBuilder<T>().capacity(capacity).mpmc();
    }

    /// A queue in which a send never waits.
    ///
    /// @param <T> the type of the values
    /// @return the queue
    public static <T> Mpmc<T> unbounded() {
        return new ChannelBuilder<T>().mpmc();
    }

    /// The first sender; the same object at each call.
    ///
    /// @return the sender, to be closed
    public Sender<T> sender() {
        return sender;
    }

    /// Makes one more receiver. The queue ends with the last one that is closed, so make the first before the others
    /// close.
    ///
    /// @return the receiver, to be closed
    public Receiver<T> receiver() {
        return new Receiver<>(channel);
    }
}
