// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

/// A channel of many senders and one receiver: a queue between tasks, first in, first out.
///
/// ```java
/// var jobs = Mpsc.<Job>bounded(16);
/// scope.spawn(() -> {
///     try (var sender = jobs.sender()) {
///         await(sender.send(new Job("one")));
///     }
/// });
/// for (Job job; (job = await(jobs.receiver().receive())) != null; ) {
///     job.run();
/// }
/// ```
///
/// Values arrive in the order in which they were admitted. In a bounded channel a sender waits for room, first come,
/// first served. `null` is no value: it is the end.
///
/// @param <T> the type of the values
public final class Mpsc<T> {
    private final Sender<T> sender;
    private final Receiver<T> receiver;

    Mpsc(Channel<T> channel) {
        sender = new Sender<>(channel);
        receiver = new Receiver<>(channel);
    }

    /// A channel that holds a number of values at most.
    ///
    /// @param <T> the type of the values
    /// @param capacity how many
    /// @return the channel
    public static <T> Mpsc<T> bounded(int capacity) {
        return new ChannelBuilder<T>().capacity(capacity).mpsc();
    }

    /// A channel in which a send never waits.
    ///
    /// @param <T> the type of the values
    /// @return the channel
    public static <T> Mpsc<T> unbounded() {
        return new ChannelBuilder<T>().mpsc();
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
