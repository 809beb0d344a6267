// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.util.Optional;

/// The system properties that replay a run.
final class Property {
    private static final String SEED = "wakeful.seed";
    private static final String SCHEDULE = "wakeful.schedule";

    private Property() {}

    static Optional<Long> seed() {
        String text = System.getProperty(SEED);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(SEED + " must be a number, but was " + text, malformed);
        }
    }

    static Optional<String> schedule() {
        return Optional.ofNullable(System.getProperty(SCHEDULE));
    }
}
