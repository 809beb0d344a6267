// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/*
 * Why no wake is lost.
 *
 *   waking thread                            worker
 *   N1  make work visible (queue it)         P1  CAS state RUNNING -> PARKED; if it was NOTIFIED: set RUNNING, do not block
 *   N2  before = swap NOTIFIED in            P2  block, until unblocked, timed out or interrupted
 *   N3  if before was PARKED: unblock        P3  swap RUNNING in
 *                                            P4  look for work
 *
 * N2, P1 and P3 are volatile read-modify-writes of one variable, so they are totally ordered.
 *
 *   - N2 before P1: P1 fails, the worker does not block, and what follows, P4, sees N1.
 *   - N2 after P1 and before P3: `before` is PARKED and N3 unblocks. Unblocking is sticky in both forms (the permit of
 *     LockSupport, the wake-up of a Selector), so it does not matter whether the worker has reached P2.
 *   - N2 after P3: the state is NOTIFIED when the worker comes to P1 the next time, and P4 of *that* round sees N1.
 *
 * A second waker that finds NOTIFIED need not unblock: the worker has not taken the first notification yet, or is on its way
 * to P3, and P4 comes after. It swaps all the same; a mere read would not order its N1 before P3.
 *
 * When the stack of the waking thread ends in N3, the worker is as if nobody had come: PARKED, for the next one to unblock, and
 * the watch is the next one. If the worker has gone on meanwhile, its P1 fails once for nothing.
 */

/// The one atomic state in front of whatever a worker blocks in, so that only a worker that is parked is ever
/// unblocked.
final class Parker {
    private static final int RUNNING = 0;
    private static final int PARKED = 1;
    private static final int NOTIFIED = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Parker.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state = RUNNING;

    /// What the worker is about to block in; written before P1, read after an N2 that found PARKED.
    private Runnable unblock = () -> {};

    /// Blocks once unless there was a notification. Called by the worker.
    ///
    /// @param block blocks until it is unblocked, for as long as it likes
    /// @param unblock ends `block`, also when it has not begun; called by other threads
    void park(Runnable block, Runnable unblock) {
        this.unblock = unblock;
        if (STATE.compareAndSet(this, RUNNING, PARKED)) {
            block.run();
        }
        STATE.getAndSet(this, RUNNING);
    }

    /// Whether the worker is parked, and nobody has unparked it yet.
    boolean isParked() {
        return state == PARKED;
    }

    /// Has a worker that is parked, or that is about to park, look for work. Called by any thread.
    void unpark() {
        if ((int) STATE.getAndSet(this, NOTIFIED) == PARKED) {
            try {
                unblock.run();
            } catch (StackOverflowError end) {
                state = PARKED; // no update is lost: see above
                StackRoom.broken = true;
            }
        }
    }
}
