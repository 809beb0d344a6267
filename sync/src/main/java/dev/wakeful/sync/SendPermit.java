// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

/// Slots of a channel that are reserved, so that a send needs not wait. It has one owner at a time, as a future has.
///
/// While one is open the channel does not end, also when its intake was closed meanwhile.
///
/// @param <T> the type of the values
public sealed interface SendPermit<T> extends AutoCloseable permits Reserve {
    /// Sends a value in one of the slots; never waits.
    ///
    /// @param value the value
    /// @throws ClosedException when the last receiver is closed; the value is handed back
    /// @throws IllegalStateException when no slot is left
    void send(T value);

    /// How many values can still be sent.
    ///
    /// @return the number
    int slots();

    /// Gives the slots back that were not used. A second call does nothing.
    @Override
    void close();
}
