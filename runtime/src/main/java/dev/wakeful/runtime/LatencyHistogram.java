// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.util.Arrays;

/// How long something took, by powers of two of nanoseconds. A moment's copy; what it counts goes on.
public final class LatencyHistogram {
    private static final int BUCKETS = 64;

    static final LatencyHistogram EMPTY = new LatencyHistogram(new long[BUCKETS]);

    private final long[] counts;

    private LatencyHistogram(long[] counts) {
        this.counts = counts;
    }

    /// How many times there were.
    ///
    /// @return the number
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /// The time that a share of all stays below.
    ///
    /// @param share from 0 to 1, as 0.99
    /// @return nanoseconds, rounded up to a power of two; 0 when nothing was counted
    public long nanosAt(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be from 0 to 1, but was " + share);
        }
        long all = count();
        long needed = (long) Math.ceil(all * share);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= needed && seen > 0) {
                return upperBound(i);
            }
        }
        return 0;
    }

    /// How many times took less than `nanos` rounded up to a power of two.
    ///
    /// @param nanos a time
    /// @return the number
    public long countBelow(long nanos) {
        long seen = 0;
        for (int i = 0; i < BUCKETS && upperBound(i) <= upperBound(bucketOf(nanos)); i++) {
            seen += counts[i];
        }
        return seen;
    }

    /// How many times took less than 2 to the power of `i` nanoseconds and not less than half of that, for each `i`
    /// from 0.
    ///
    /// @return 64 numbers, a copy
    public long[] counts() {
        return counts.clone();
    }

    private static int bucketOf(long nanos) {
        return 64 - Long.numberOfLeadingZeros(Math.max(0, nanos));
    }

    private static long upperBound(int bucket) {
        return bucket >= 63 ? Long.MAX_VALUE : 1L << bucket;
    }

    /// The shares that people ask for, in one line.
    @Override
    public String toString() {
        return count() == 0
                ? "nothing measured"
                : "p50 " + nanosAt(0.5) + " ns, p99 " + nanosAt(0.99) + " ns, max " + nanosAt(1) + " ns of " + count();
    }

    /// What one thread counts and all may read.
    static final class Recorder {
        private final long[] counts = new long[BUCKETS];

        /// Called by the one thread that counts.
        void record(long nanos) {
            counts[Math.min(BUCKETS - 1, bucketOf(nanos))]++;
        }
    }

    /// With what a thread has counted so far.
    LatencyHistogram plus(Recorder recorder) {
        long[] sum = counts.clone();
        for (int i = 0; i < BUCKETS; i++) {
            sum[i] += recorder.counts[i];
        }
        return new LatencyHistogram(sum);
    }
}
