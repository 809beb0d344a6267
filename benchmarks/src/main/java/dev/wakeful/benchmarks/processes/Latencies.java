// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

/// How long messages took, counted in classes that are 1/16 of a power of two wide.
final class Latencies {
    private static final int SUB_BITS = 4;

    private final long[] counts = new long[64 << SUB_BITS];
    private long total;

    void add(long nanos) {
        counts[classOf(Math.max(nanos, 1 << SUB_BITS))]++;
        total++;
    }

    long count() {
        return total;
    }

    /// The upper end of the class in which the `share`-th of all lies.
    double nanosAt(double share) {
        long before = (long) Math.ceil(share * total);
        for (int i = 0; i < counts.length; i++) {
            before -= counts[i];
            if (before <= 0) {
                return upperEnd(i);
            }
        }
        return Double.NaN;
    }

    private static int classOf(long nanos) {
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        int sub = (int) (nanos >>> (exponent - SUB_BITS)) & ((1 << SUB_BITS) - 1);
        return (exponent << SUB_BITS) + sub;
    }

    private static double upperEnd(int index) {
        int exponent = index >>> SUB_BITS;
        int sub = index & ((1 << SUB_BITS) - 1);
        return Math.scalb((1 << SUB_BITS) + sub + 1.0, exponent - SUB_BITS);
    }
}
