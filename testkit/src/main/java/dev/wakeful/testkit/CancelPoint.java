// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

/// Where the test kit cancels a run.
///
/// @param await the number of the suspension, from 1, at which what the test waits for is cancelled
/// @param graceOverAt the number of the suspension at which the grace period of all clean-up is over, or 0
record CancelPoint(int await, int graceOverAt) {
    CancelPoint {
        if (await < 1 || graceOverAt < 0) {
            throw new IllegalArgumentException(
                    "a cancel must be at an await counted from 1, but was at " + await + "," + graceOverAt);
        }
    }

    /// Reads what [#toString()] wrote.
    static CancelPoint parse(String text) {
        String[] numbers = text.strip().split(",", -1);
        try {
            if (numbers.length <= 2) {
                return new CancelPoint(
                        Integer.parseInt(numbers[0]), numbers.length == 1 ? 0 : Integer.parseInt(numbers[1]));
            }
        } catch (NumberFormatException malformed) {
            // said below, with the whole text
        }
        throw new IllegalArgumentException("wakeful.cancel must be one number or two, as 7 or 7,9, but was " + text);
    }

    @Override
    public String toString() {
        return graceOverAt == 0 ? Integer.toString(await) : await + "," + graceOverAt;
    }
}
