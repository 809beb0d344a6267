// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.spi.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One direction of the connections to a server in a [SimNetwork]: how long bytes take, and what happens to them.
///
/// Each method changes open connections and those to come, and gives this link back.
public final class Link {
    static final long NEVER = Long.MAX_VALUE;

    /// After so long the first time, and after twice as long each further time, what was lost is sent again.
    private static final long RESEND_NANOS = 200_000_000;

    private static final int MOST_LOSSES = 8;
    private static final int DEFAULT_WINDOW = 64 * 1024;

    private final SimNetwork network;
    private final List<SimFlow> flows = new ArrayList<>();
    private long minLatency;
    private long maxLatency;
    private long bytesPerSecond = NEVER;
    private long resetAfter = NEVER;
    private int window = DEFAULT_WINDOW;
    private double lost;
    private boolean isCut;
    private boolean isRefused;

    Link(SimNetwork network) {
        this.network = network;
    }

    /// Bytes, and the steps of connecting, take a time between the two, as the seed says; their order is kept.
    ///
    /// @param min at least, not negative
    /// @param max at most
    /// @return this link
    public Link latency(Duration min, Duration max) {
        if (min.isNegative() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException(
                    "latency must go from a time up to a longer one, but was " + min + " to " + max);
        }
        minLatency = Durations.nanos(min);
        maxLatency = Durations.nanos(max);
        return this;
    }

    /// Packets are lost and sent again, as TCP does it: what is lost arrives 200 ms later, or 600 ms when it is lost
    /// twice, and so on, and what was sent after it waits for it.
    ///
    /// @param share how many of all, from 0 to 1, as the seed says
    /// @return this link
    public Link lose(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be from 0 to 1, but was " + share);
        }
        lost = share;
        return this;
    }

    /// Connections are refused although somebody listens, until that is taken back.
    ///
    /// @param refused whether they are
    /// @return this link
    public Link refuse(boolean refused) {
        isRefused = refused;
        return this;
    }

    /// The end that takes the bytes of the open connections loses them without a word, as a host that crashed and came
    /// back: it answers what is sent to it by a reset. Who only reads is not told.
    ///
    /// @return this link
    public Link halfOpen() {
        flows.forEach(SimFlow::forget);
        return this;
    }

    /// No more bytes than so many arrive in a second.
    ///
    /// @param bytes the count, positive
    /// @return this link
    public Link bytesPerSecond(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be positive, but was " + bytes);
        }
        bytesPerSecond = bytes;
        return this;
    }

    /// So many bytes may be on the way or unread; then a write waits for the reader.
    ///
    /// @param bytes the count, positive
    /// @return this link
    public Link window(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be positive, but was " + bytes);
        }
        window = bytes;
        return this;
    }

    /// A connection is reset, for both ends, when so many bytes went this way; what was on the way is lost.
    ///
    /// @param bytes the count, 0 for the first byte that is written
    /// @return this link
    public Link resetAfter(long bytes) {
        resetAfter = bytes;
        return this;
    }

    /// Nothing arrives any more, and nobody is told, until [#heal()]: a partition one way, or, with both links of a
    /// server cut, a peer that is gone without a word.
    ///
    /// @return this link
    public Link cut() {
        isCut = true;
        flows.forEach(SimFlow::linkChanged);
        return this;
    }

    /// What was held back arrives.
    ///
    /// @return this link
    public Link heal() {
        isCut = false;
        flows.forEach(SimFlow::linkChanged);
        return this;
    }

    // ------------------------------------------------------------------------------------------------- for its flows

    void add(SimFlow flow) {
        flows.add(flow);
    }

    void remove(SimFlow flow) {
        flows.remove(flow);
    }

    boolean isCut() {
        return isCut;
    }

    int window() {
        return window;
    }

    long resetAfter() {
        return resetAfter;
    }

    /// How long something takes that is sent now.
    long delay() {
        long travels = maxLatency == minLatency ? minLatency : network.random().nextLong(minLatency, maxLatency + 1);
        return lost == 0 ? travels : Timer.after(travels, resent());
    }

    private long resent() {
        long later = 0;
        for (int times = 0; times < MOST_LOSSES && network.random().nextDouble() < lost; times++) {
            later += RESEND_NANOS << times;
        }
        return later;
    }

    boolean isRefused() {
        return isRefused;
    }

    /// How long so many bytes keep the link busy.
    long busy(int bytes) {
        return bytesPerSecond == NEVER ? 0 : (long) (bytes * 1e9 / bytesPerSecond);
    }

    @Override
    public String toString() {
        return "Link[" + (isCut ? "cut, " : "") + "latency=" + Duration.ofNanos(minLatency) + ".."
                + Duration.ofNanos(maxLatency) + "]";
    }
}
