// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.util.Optional;

/// The system properties that replay a run.
final class Property {
    private static final String SEED = "wakeful.seed";
    private static final String SCHEDULE = "wakeful.schedule";
    private static final String SCHEDULES = "wakeful.schedules";
    private static final String TWICE = "wakeful.twice";

    /// What the line that replays a comparison says besides.
    static final String TWICE_AGAIN = " -D" + TWICE + "=true";

    private static final String CANCEL = "wakeful.cancel";

    private Property() {}

    static Optional<Long> seed() {
        return number(SEED);
    }

    static Optional<String> schedule() {
        return Optional.ofNullable(System.getProperty(SCHEDULE));
    }

    /// How many schedules to try, in the place of what the test says.
    static Optional<Integer> schedules() {
        return number(SCHEDULES).map(Math::toIntExact);
    }

    /// Whether each schedule runs twice, whatever the test says.
    static boolean twice() {
        return Boolean.getBoolean(TWICE);
    }

    /// At which await to cancel.
    static Optional<CancelPoint> cancel() {
        return Optional.ofNullable(System.getProperty(CANCEL)).map(CancelPoint::parse);
    }

    private static Optional<Long> number(String property) {
        String text = System.getProperty(property);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(property + " must be a number, but was " + text, malformed);
        }
    }
}
