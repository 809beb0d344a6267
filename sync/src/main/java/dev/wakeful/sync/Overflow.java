// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

/// What a send does when a channel is full.
public enum Overflow {
    /// The sender waits for a slot.
    SUSPEND,

    /// The oldest queued value makes room; it goes to the channel's undelivered hook. A send never waits.
    DROP_OLDEST,

    /// The value that is being sent is dropped; it goes to the channel's undelivered hook. A send never waits.
    DROP_NEWEST
}
