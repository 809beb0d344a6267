// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import org.jspecify.annotations.Nullable;

/// A sender that does not keep its channel open, for those who send only while others do.
///
/// @param <T> the type of the values
public final class WeakSender<T> {
    private final Channel<T> channel;

    WeakSender(Channel<T> channel) {
        this.channel = channel;
    }

    /// Makes a sender, to be closed, unless the last one is closed already.
    ///
    /// @return the sender, or `null`
    public @Nullable Sender<T> upgrade() {
        return channel.addSender() ? new Sender<>(channel) : null;
    }
}
