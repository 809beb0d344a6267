// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import dev.wakeful.Waker;
import dev.wakeful.WakerCell;

final class WakerCellExamples {
    private WakerCellExamples() {}

    // @start region="flag"
    /// A flag that one task waits for and any thread sets.
    static final class Flag {
        private final WakerCell waiting = new WakerCell();
        private volatile boolean set;

        void set() {
            set = true; // first the condition,
            waiting.wake(); // then the waker
        }

        boolean pollSet(Waker waker) {
            waiting.register(waker); // first the waker,
            return set; // then the condition
        }
    }
    // @end
}
