// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a queue-like channel can be told: capacity, what to do when it is full, a hook for what nobody receives, a
/// name.
///
/// ```java
/// var prices = new ChannelBuilder<Price>().capacity(64).overflow(Overflow.DROP_OLDEST).mpsc();
/// ```
///
/// @param <T> the type of the values
public final class ChannelBuilder<T> {
    private String name = "";
    private int capacity = Channel.UNBOUNDED;
    private Overflow overflow = Overflow.SUSPEND;
    private @Nullable Consumer<? super T> undelivered;

    /// An unbounded channel without a name or hook, until told otherwise.
    public ChannelBuilder() {}

    /// Names the channel.
    ///
    /// @param name what dumps and reports call it
    /// @return this
    public ChannelBuilder<T> name(String name) {
        this.name = Names.checked(name);
        return this;
    }

    /// Bounds the channel.
    ///
    /// @param capacity how many values it holds at most
    /// @return this
    public ChannelBuilder<T> capacity(int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity must be positive, but was " + capacity);
        }
        this.capacity = capacity;
        return this;
    }

    /// Says what a send does when the channel is full.
    ///
    /// @param overflow what to do
    /// @return this
    public ChannelBuilder<T> overflow(Overflow overflow) {
        this.overflow = Objects.requireNonNull(overflow, "overflow must not be null");
        return this;
    }

    /// Says what to do with a value that was passed to a send or accepted, and that nobody will receive: its send was
    /// cancelled, it was dropped because the channel was full, or the last receiver was closed before it was received.
    /// To free what it holds, say. Each value is received, handed back to the sender, or given to the hook: one of
    /// these.
    ///
    /// @param hook called on the thread on which that happens; must neither wait nor throw
    /// @return this
    public ChannelBuilder<T> onUndelivered(Consumer<? super T> hook) {
        this.undelivered = Objects.requireNonNull(hook, "hook must not be null");
        return this;
    }

    /// Makes a channel with one receiver.
    ///
    /// @return the channel
    public Mpsc<T> mpsc() {
        return new Mpsc<>(channel(capacity));
    }

    /// Makes a channel with any number of receivers; each value goes to one of them.
    ///
    /// @return the channel
    public Mpmc<T> mpmc() {
        return new Mpmc<>(channel(capacity));
    }

    /// Makes a channel without capacity, in which a send waits until its value was received. Capacity and overflow mean
    /// nothing for it.
    ///
    /// @return the channel
    public Rendezvous<T> rendezvous() {
        return new Rendezvous<>(new RendezvousChannel<>(name, undelivered));
    }

    private Channel<T> channel(int capacity) {
        return new Channel<>(name, capacity, overflow, undelivered);
    }
}
