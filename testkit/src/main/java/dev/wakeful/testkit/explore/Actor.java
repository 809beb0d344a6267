// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import org.jspecify.annotations.Nullable;

/// Who can take the next step of a run: a thread of the model, or the store buffer of one.
abstract class Actor {
    /// Its bit in sets of actors, and its digit in a schedule.
    final int index;

    /// The step that it takes when it is next run.
    Step step;

    /// What the step is about: the object of a field, an atomic, a monitor, the thread to unpark.
    @Nullable
    Object target;

    /// Which field of the object, or `null` for any.
    @Nullable
    String field;

    Actor(int index, Step first) {
        this.index = index;
        this.step = first;
    }
}
