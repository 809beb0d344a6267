// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/*
 * `live` counts the children that have not ended, those in the background in its upper half; ENDED (-1) says that there will
 * be none. A spawn adds one unless it finds ENDED; the end of the scope is the one step 0 -> ENDED. So a child is either
 * counted before the end, which then waits for it, or refused.
 *
 * A child is put into the list first and counted by the last call, so that the stack cannot end between the two: who is counted
 * is found.
 */

/// The children of a scope: how many have not ended, and the list of them.
final class Children {
    /// There are no children and there will be none.
    private static final long ENDED = -1;

    private static final long ONE = 1;
    private static final long ONE_IN_BACKGROUND = 1L << 32;
    private static final VarHandle LIVE;

    static {
        try {
            LIVE = MethodHandles.lookup().findVarHandle(Children.class, "live", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LinkedTasks list = new LinkedTasks();
    private volatile long live;

    /// Takes a child that is to begin; `false` when the scope takes no more.
    boolean admit(Task<?> child) {
        if (live == ENDED) {
            return false;
        }
        long one = one(child.isInBackground());
        list.add(child);
        long count;
        do {
            count = live;
            if (count == ENDED) {
                return false;
            }
        } while (!LIVE.compareAndSet(this, count, count + one));
        return true;
    }

    /// Counts a child that has ended; `true` when none but those in the background are left.
    boolean countEnded(Task<?> child) {
        long one = one(child.isInBackground());
        long left = (long) LIVE.getAndAdd(this, -one) - one;
        list.countEnded();
        return (int) left == 0;
    }

    private static long one(boolean background) {
        return background ? ONE_IN_BACKGROUND : ONE;
    }

    /// Takes no more children, if there are none; `true` when it takes none.
    boolean end() {
        return live == ENDED || LIVE.compareAndSet(this, 0L, ENDED);
    }

    /// Whether no more are taken.
    boolean hasEnded() {
        return live == ENDED;
    }

    /// Whether one has not ended.
    boolean isAnyLeft() {
        return live > 0;
    }

    /// Whether all that have not ended are in the background, and there are such.
    boolean areAllInBackground() {
        long left = live;
        return left > 0 && (int) left == 0;
    }

    /// Those that have not ended, and some that have.
    LinkedTasks list() {
        return list;
    }

    /// Those that have not ended, the latest first.
    List<Task<?>> live() {
        return list.live();
    }

    /// How many there are, in words.
    String count() {
        long now = Math.max(0, live);
        long background = now >>> 32;
        return "children=" + ((int) now + background) + (background == 0 ? "" : ", in background=" + background);
    }
}
