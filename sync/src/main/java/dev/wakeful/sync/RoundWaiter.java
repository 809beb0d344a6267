// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Description;
import org.jspecify.annotations.Nullable;

/// Who waits at a [RoundGate] until it lets pass, or until the round ends.
abstract class RoundWaiter<T extends @Nullable Object> extends Waiter<T> {
    final RoundGate gate;

    /// The round in which it was queued. Under the guard.
    long round;

    /// It need not wait, whatever becomes of the gate until there is budget to say so.
    private boolean passed;

    RoundWaiter(RoundGate gate) {
        this.gate = gate;
    }

    /// The value, once it may go on.
    abstract @Nullable Object value() throws Exception;

    @Override
    @Nullable
    Object step(Context cx) throws Exception {
        if (phase == IDLE && !passed) {
            if (!gate.passes(gate.word) && !gate.passOrQueue(this, cx.waker(), cx.task())) {
                return PENDING;
            }
            passed = true;
        } else if (phase == QUEUED && stillQueued(gate, cx)) {
            return PENDING;
        }
        return spend(cx) ? value() : PENDING;
    }

    @Override
    void abandon() {
        gate.forget(this);
    }

    /// Says what it is and what it waits for.
    final void describe(Description to, String label, String resource) {
        to.label(label);
        if (phase == QUEUED) {
            to.waitsFor(resource, null);
        }
    }
}
