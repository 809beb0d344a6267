// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

/// Where things lie among the locals of a new body: the arguments that are passed as in the source, then the machine
/// and the context, then what a resume inside a loop carries through the headers, then the other locals of the source.
///
/// @param passed how many slots of the source come first: `this` of an instance method, or all parameters
/// @param resumesInLoops whether some resume goes through the header of a loop
/// @param source how many slots the source has
record Slots(int passed, boolean resumesInLoops, int source) {
    int machine() {
        return passed;
    }

    int context() {
        return passed + 1;
    }

    /// The await that a resume is on its way to, 0 for none; above the number of awaits for one that failed.
    int target() {
        return passed + 2;
    }

    /// What the poll of that resume gave or threw.
    int outcome() {
        return passed + 3;
    }

    /// Where a local of the source lies.
    int of(int local) {
        return local < passed ? local : local + added();
    }

    /// The first slot that nobody uses between two instructions of the source.
    int temps() {
        return source + added();
    }

    private int added() {
        return resumesInLoops ? 4 : 2;
    }
}
