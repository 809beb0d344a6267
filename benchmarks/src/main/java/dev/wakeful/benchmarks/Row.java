// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.benchmarks.workload.Sample;
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
/// @param extras the medians of the further figures, and the ratio of the processor time where there is one
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
        double[] ratios = ratios(ours, theirs, Sample::median);
        var extras = new LinkedHashMap<String, Double>();
        for (String name : theirs.getFirst().extras().keySet()) {
            ToDoubleFunction<Sample> figure = sample -> sample.extras().getOrDefault(name, Double.NaN);
            extras.put(name, median(theirs, figure));
            if (name.startsWith("cpu ")) {
                extras.put("by cpu", Sample.median(ratios(ours, theirs, figure)));
            }
        }
        return new Row(
                contestant,
                theirs.stream().mapToDouble(Sample::min).min().orElseThrow(),
                median(theirs, Sample::median),
                Sample.median(ratios),
                ratios[0],
                ratios[ratios.length - 1],
                extras);
    }

    /// The rounds' ratios of ours to theirs, in order.
    private static double[] ratios(List<Sample> ours, List<Sample> theirs, ToDoubleFunction<Sample> figure) {
        double[] ratios = new double[theirs.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = figure.applyAsDouble(ours.get(round)) / figure.applyAsDouble(theirs.get(round));
        }
        Arrays.sort(ratios);
        return ratios;
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return Sample.median(samples.stream().mapToDouble(figure).toArray());
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
