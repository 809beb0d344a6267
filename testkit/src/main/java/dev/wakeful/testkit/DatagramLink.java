// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.spi.Timer;
import java.time.Duration;

/// What happens to the datagrams that are sent to one address of a [SimNetwork].
///
/// Each method changes what is sent from then on, and gives this link back.
public final class DatagramLink {
    private final SimNetwork network;
    private long minLatency;
    private long maxLatency;
    private double loses;
    private double duplicates;
    private boolean isCut;

    DatagramLink(SimNetwork network) {
        this.network = network;
    }

    /// Each datagram takes a time of its own between the two, as the seed says: one that is faster overtakes.
    ///
    /// @param min at least, not negative
    /// @param max at most
    /// @return this link
    public DatagramLink latency(Duration min, Duration max) {
        if (min.isNegative() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException(
                    "latency must go from a time up to a longer one, but was " + min + " to " + max);
        }
        minLatency = Durations.nanos(min);
        maxLatency = Durations.nanos(max);
        return this;
    }

    /// Some datagrams never arrive.
    ///
    /// @param share which share of them, from 0 to 1
    /// @return this link
    public DatagramLink lose(double share) {
        loses = requireShare(share);
        return this;
    }

    /// Some datagrams arrive twice, each time after a time of its own.
    ///
    /// @param share which share of them, from 0 to 1
    /// @return this link
    public DatagramLink duplicate(double share) {
        duplicates = requireShare(share);
        return this;
    }

    private static double requireShare(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be from 0 to 1, but was " + share);
        }
        return share;
    }

    /// Nothing arrives, and nobody is told, until [#heal()]: a partition one way.
    ///
    /// @return this link
    public DatagramLink cut() {
        isCut = true;
        return this;
    }

    /// What is sent from now on arrives again.
    ///
    /// @return this link
    public DatagramLink heal() {
        isCut = false;
        return this;
    }

    boolean isCut() {
        return isCut;
    }

    /// How many times a datagram arrives that is sent now.
    int copies() {
        if (isCut || draws(loses)) {
            return 0;
        }
        return draws(duplicates) ? 2 : 1;
    }

    private boolean draws(double share) {
        return share > 0 && network.random().nextDouble() < share;
    }

    /// When one arrives that is sent now.
    long arrival() {
        long delay = maxLatency == minLatency ? minLatency : network.random().nextLong(minLatency, maxLatency + 1);
        return Timer.after(network.timer().nanos(), delay);
    }

    @Override
    public String toString() {
        return "DatagramLink[" + (isCut ? "cut, " : "") + "loses=" + loses + ", duplicates=" + duplicates + "]";
    }
}
