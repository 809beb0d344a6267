// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.workload;

/// How long to measure.
///
/// @param rounds how often each contestant has its turn
/// @param iterations how many times it is measured in a turn, after as many for warming up
/// @param millis how long each of those lasts
public record Effort(int rounds, int iterations, int millis) {
    /// What a run takes unless told otherwise.
    public static final Effort FULL = new Effort(5, 4, 400);

    /// Enough to see that everything works; its figures say little.
    public static final Effort QUICK = new Effort(2, 2, 150);

    /// The same with another number of rounds.
    ///
    /// @param number how many
    /// @return the effort
    public Effort withRounds(int number) {
        return new Effort(number, iterations, millis);
    }
}
