// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

/// Arithmetic on seeds.
final class Seeds {
    private Seeds() {}

    /// A number that depends on each bit of both (the finalizer of SplitMix64).
    static long mix(long seed, long salt) {
        long z = seed + (salt + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
