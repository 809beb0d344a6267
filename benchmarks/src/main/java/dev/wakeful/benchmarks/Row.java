// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// One contestant's line in the table of a workload.
///
/// @param contestant who
/// @param min the least of all rounds
/// @param median the median of the rounds' medians
/// @param ratio our median over this contestant's, taken round by round, and the median of those
/// @param lowRatio the least of the rounds' ratios
/// @param highRatio the greatest of the rounds' ratios
/// @param extras the medians of the further figures
public record Row(
        String contestant,
        double min,
        double median,
        double ratio,
        double lowRatio,
        double highRatio,
        Map<String, Double> extras) {

    /// Sums up the rounds of one contestant.
    ///
    /// @param contestant who
    /// @param ours our samples, one for each round
    /// @param theirs this contestant's samples of the same rounds
    /// @return the line
    static Row of(String contestant, List<Sample> ours, List<Sample> theirs) {
        double[] ratios = new double[theirs.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = ours.get(round).median() / theirs.get(round).median();
        }
        Arrays.sort(ratios);
        var extras = new LinkedHashMap<String, Double>();
        for (String name : theirs.getFirst().extras().keySet()) {
            extras.put(name, median(theirs, sample -> sample.extras().getOrDefault(name, Double.NaN)));
        }
        return new Row(
                contestant,
                theirs.stream().mapToDouble(Sample::min).min().orElseThrow(),
                median(theirs, Sample::median),
                middle(ratios),
                ratios[0],
                ratios[ratios.length - 1],
                extras);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] figures = samples.stream().mapToDouble(figure).sorted().toArray();
        return middle(figures);
    }

    /// The median of figures in order.
    static double middle(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// All lines of a workload.
    ///
    /// @param samples the samples of each contestant, ours first
    /// @return the lines in the same order
    static List<Row> all(Map<String, List<Sample>> samples) {
        List<Sample> ours = samples.values().iterator().next();
        var rows = new ArrayList<Row>();
        samples.forEach((contestant, theirs) -> rows.add(of(contestant, ours, theirs)));
        return rows;
    }
}
