// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * Why no readiness is lost.
 *
 *   polling task                                     driving thread
 *   T1  seen = state; if READY: try the call         E1  the selector reports an event
 *   T2  it would block: CAS seen -> seen & ~READY    E2  READY off: CAS READY on, TICK + 1; wake the cell
 *   T3  cell: register the waker                         READY on:  CAS ARMED off (a second event nobody consumed)
 *   T4  look at state: READY: back to T1             E3  tell the selector the interest that ARMED now says
 *   T5  ARMED off: CAS it on, have E3 done
 *
 * An event that comes between T1 and T2 changes `state` (TICK, or ARMED), so the CAS of T2 fails and the call is tried once
 * more: an event is never cleared by an attempt that started before it. One that comes between T2 and T4 is seen at T4; one
 * after T4 finds the waker of T3 in the cell (WakerCell's argument). No event can come while ARMED is off, so T5 turns it on;
 * the selector is level-triggered, and reports at once what came meanwhile.
 * Where E3 cannot be done, ARMED goes off again, and after that the task is told, or woken to try anew (NioSocket).
 *
 * ARMED is part of the same word as READY because of E2: when the second event finds READY on and turns ARMED off, its CAS
 * fails if T2 came in between. Otherwise T5 could see ARMED still on, and then it goes off, and nobody listens. E3 runs on the
 * driving thread only and reads ARMED anew each time, so that the last one wins.
 */

/// One direction of a socket: whether it is worth trying, who waits for it, and whether the selector listens for it.
///
/// A short read or write counts as would-block: what the selector says next is right in any case. The interest stays in
/// the selector until an event comes that nobody consumed, so a connection that is read as fast as it is written to
/// costs no system call to arm and disarm.
final class Readiness {
    private static final int READY = 1;
    private static final int ARMED = 1 << 1;
    private static final int TICK = 1 << 2;

    private final AtomicInteger state;
    private final WakerCell cell = new WakerCell();
    private final String what;
    private volatile @Nullable TaskRef waiting;
    private volatile boolean occupied;

    /// A direction that is worth trying from the start, or not.
    Readiness(String what, boolean ready) {
        this.what = what;
        this.state = new AtomicInteger(ready ? READY : 0);
    }

    /// The state to try with; [#isReady] says whether to.
    int observe() {
        return state.get();
    }

    static boolean isReady(int seen) {
        return (seen & READY) != 0;
    }

    /// The try with `seen` would have blocked, or did less than it could have.
    void clear(int seen) {
        state.compareAndSet(seen, seen & ~READY);
    }

    /// Keeps the waker of a task that has found nothing to do. Look at [#observe] again afterwards, and then [#arm].
    void register(Context cx, Object socket) {
        TaskRef task = cx.task();
        TaskRef before = waiting;
        if (occupied && before != null && task != null && before != task) {
            throw new IllegalStateException(before + " is waiting already to " + what + " on " + socket + ", and "
                    + task + " tries to as well; one task reads and one task writes at a time");
        }
        waiting = task;
        occupied = true;
        cell.register(cx.waker());
    }

    /// The task has what it waited for, or gives up.
    void forget() {
        if (occupied) {
            occupied = false;
            waiting = null;
            cell.take();
        }
    }

    /// Wants to hear of the next event. `true` when the selector is to be told.
    boolean arm() {
        int seen;
        do {
            seen = state.get();
            if ((seen & (ARMED | READY)) != 0) {
                return false;
            }
        } while (!state.compareAndSet(seen, seen | ARMED));
        return true;
    }

    /// The selector could not be told.
    void disarm() {
        int seen;
        do {
            seen = state.get();
        } while (!state.compareAndSet(seen, seen & ~ARMED));
    }

    /// The selector has an event. `true` when it is to be told that nobody listens any more.
    boolean onEvent() {
        while (true) {
            int seen = state.get();
            if ((seen & READY) == 0) {
                if (state.compareAndSet(seen, (seen | READY) + TICK)) {
                    wake();
                    return false;
                }
            } else if (state.compareAndSet(seen, seen & ~ARMED)) {
                return (seen & ARMED) != 0;
            }
        }
    }

    /// Wakes who waits. What its waker throws is not the trouble of the others that are told of an event.
    private void wake() {
        Waker waiter = cell.take();
        if (waiter != null) {
            Settings.wake(waiter);
        }
    }

    boolean isArmed() {
        return (state.get() & ARMED) != 0;
    }

    /// Makes it worth trying and wakes who waits, so that he finds out that the socket is closed.
    void wakeForGood() {
        int seen;
        do {
            seen = state.get();
        } while (!state.compareAndSet(seen, (seen | READY) + TICK));
        wake();
    }

    /// Whether a task waits for an event that the selector listens for.
    boolean isAwaited() {
        return occupied && isArmed();
    }
}
