// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Measures the contestants of a workload in turns: A B C, C B A, A B C, and so on.
///
/// What the machine does meanwhile (another program, a hot core) so falls upon all of them alike, and a ratio is taken
/// between two that stood side by side. Every second round goes backwards, so that nobody is always the first.
final class Interleaved {
    private Interleaved() {}

    static Report run(Workload workload, Effort effort, Consumer<String> progress) throws Exception {
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        try (var session = workload.open(effort)) {
            for (int round = 0; round < effort.rounds(); round++) {
                for (String contestant : order(workload.contestants(), round)) {
                    progress.accept(
                            workload.name() + ", round " + (round + 1) + " of " + effort.rounds() + ": " + contestant);
                    samples.computeIfAbsent(contestant, _ -> new ArrayList<>()).add(session.measure(contestant));
                }
            }
        }
        return new Report(workload.name(), workload.summary(), workload.unit(), Row.all(samples), workload.skipped());
    }

    private static List<String> order(List<String> contestants, int round) {
        var order = new ArrayList<>(contestants);
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        return order;
    }
}
