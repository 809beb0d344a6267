// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

/// A channel without capacity: a send waits until its value was received.
///
/// @param <T> the type of the values
public final class Rendezvous<T> {
    private final Sender<T> sender;
    private final Receiver<T> receiver;

    Rendezvous(Channel<T> channel) {
        sender = new Sender<>(channel);
        receiver = new Receiver<>(channel);
    }

    /// A rendezvous channel.
    ///
    /// @param <T> the type of the values
    /// @return the channel
    public static <T> Rendezvous<T> create() {
        return new ChannelBuilder<T>().rendezvous();
    }

    /// The first sender; the same object at each call.
    ///
    /// @return the sender, to be closed
    public Sender<T> sender() {
        return sender;
    }

    /// The receiver; the same object at each call.
    ///
    /// @return the receiver, to be closed
    public Receiver<T> receiver() {
        return receiver;
    }
}
