// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import org.jspecify.annotations.Nullable;

/// What an exploration found.
///
/// @param schedules how many runs there were that went to an end
/// @param redundant how many runs were given up because they reorder one that was explored
/// @param steps how many steps all runs took
/// @param isComplete whether every schedule within the bounds was explored
/// @param failure the first run that failed, or `null`
public record Exploration(
        long schedules,
        long redundant,
        long steps,
        boolean isComplete,
        @Nullable Failure failure) {

    /// A run that failed.
    ///
    /// @param reason what does not hold
    /// @param schedule who takes each step, a character for each: what [Explorer#schedule(String)] replays
    /// @param story the steps in words, a line each
    /// @param cause what was thrown, or `null` when the threads wait for ever
    public record Failure(
            String reason,
            String schedule,
            String story,
            @Nullable Throwable cause) {}

    /// Checks that no run failed.
    ///
    /// @return this exploration
    /// @throws AssertionError that tells the run that did, step by step
    public Exploration assertClear() {
        if (failure != null) {
            throw new AssertionError(
                    failure.reason + "\n" + failure.story + "found by schedule " + schedules
                            + "; replay with -Dwakeful.schedule=" + failure.schedule,
                    failure.cause);
        }
        return this;
    }

    /// Checks that every schedule within the bounds was explored.
    ///
    /// @return this exploration
    /// @throws AssertionError when the limit on schedules was reached before
    public Exploration assertComplete() {
        if (!isComplete && failure == null) {
            throw new AssertionError("the exploration ended after " + schedules
                    + " schedules without having seen all; raise maxSchedules, or bound the preemptions");
        }
        return this;
    }
}
