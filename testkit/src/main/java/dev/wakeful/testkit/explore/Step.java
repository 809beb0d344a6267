// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

/// What a thread of a model does next that others can see.
enum Step {
    START("starts"),
    READ("reads"),
    WRITE("writes"),
    PARK("parks"),
    PARK_TIMED("parks for a time"),
    UNPARK("unparks"),
    ENTER("enters the monitor of"),
    EXIT("exits the monitor of"),
    WAIT("waits on"),
    WAIT_TIMED("waits for a time on"),
    NOTIFY("notifies"),
    SPIN("spins");

    final String words;

    Step(String words) {
        this.words = words;
    }

    /// Whether two threads' next steps may be taken in either order with the same outcome.
    static boolean independent(ModelThread a, ModelThread b) {
        if (a.step == SPIN || b.step == SPIN) {
            return false;
        }
        if (a.step == START || b.step == START) {
            return true;
        }
        if (isMemory(a.step) && isMemory(b.step)) {
            return a.target != b.target
                    || (a.step == READ && b.step == READ)
                    || (a.field != null && b.field != null && !a.field.equals(b.field));
        }
        if (isPark(a.step) || isPark(b.step)) {
            return !(a.step == UNPARK && a.target == b) && !(b.step == UNPARK && b.target == a);
        }
        return a.target != b.target || isMemory(a.step) || isMemory(b.step);
    }

    private static boolean isMemory(Step step) {
        return step == READ || step == WRITE;
    }

    private static boolean isPark(Step step) {
        return step == PARK || step == PARK_TIMED;
    }
}
