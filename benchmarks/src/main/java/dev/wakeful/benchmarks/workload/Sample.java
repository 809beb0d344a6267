// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.workload;

import java.util.Arrays;
import java.util.Map;

/// What one contestant did in one round.
///
/// @param min the least, per unit of work
/// @param median the median, per unit of work
/// @param extras further figures by name, as `cpu ns`
public record Sample(double min, double median, Map<String, Double> extras) {
    /// The median of some figures.
    ///
    /// @param figures the figures, in any order; at least one
    /// @return the middle one, or the mean of the two in the middle
    public static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
