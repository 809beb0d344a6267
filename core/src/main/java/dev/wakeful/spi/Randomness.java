// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import java.util.random.RandomGenerator;

/// Randomness from the seed of the runtime, so that a run can be replayed.
public final class Randomness {
    /// The key, the same that the contract's own combinators use.
    public static final Context.Key<RandomGenerator> KEY = Context.RANDOM;

    private Randomness() {}
}
