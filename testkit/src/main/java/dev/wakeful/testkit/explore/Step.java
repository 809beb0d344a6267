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
    SPIN("spins"),

    /// Puts a store of less than full strength into the thread's buffer.
    STORE("stores"),

    /// The oldest store of a buffer reaches memory.
    FLUSH("flushes"),
    FENCE("has a fence");

    final String words;

    Step(String words) {
        this.words = words;
    }

    /// Whether two threads' next steps may be taken in either order with the same outcome.
    static boolean independent(Actor a, Actor b) {
        if (a.step == SPIN || b.step == SPIN) {
            return false;
        }
        if (a instanceof StoreBuffer buffer && buffer.thread == b) {
            return !waitsFor(buffer, b.step);
        }
        if (b instanceof StoreBuffer buffer && buffer.thread == a) {
            return !waitsFor(buffer, a.step);
        }
        if (isAlone(a.step) || isAlone(b.step)) {
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

    /// Whether a step changes nothing that another actor sees.
    private static boolean isAlone(Step step) {
        return step == START || step == STORE || step == FENCE;
    }

    /// Whether a thread can take a step only when stores of its own were flushed.
    static boolean waitsFor(StoreBuffer buffer, Step step) {
        return switch (step) {
            case START, READ, SPIN -> false;
            case STORE -> buffer.isFull();
            default -> !buffer.isEmpty();
        };
    }

    private static boolean isMemory(Step step) {
        return step == READ || step == WRITE || step == FLUSH;
    }

    private static boolean isPark(Step step) {
        return step == PARK || step == PARK_TIMED;
    }
}
