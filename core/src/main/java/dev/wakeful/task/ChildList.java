// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The children of a scope, those that ended lately among them.
///
/// New ones come in at the head only, by CAS; those that have ended are taken out behind the head only, by one sweeper
/// at a time. So the links behind the head are the sweeper's.
///
/// A child that was taken out links to itself, so that it keeps none of those alive that were taken out before. Who
/// walks and comes upon such a one begins again, and so meets each child that was in the list before and has not ended.
final class ChildList {
    private static final VarHandle HEAD;
    private static final int SWEEP_AT_LEAST = 32;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(ChildList.class, "head", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Task<?> head;
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final AtomicInteger endedSinceSweep = new AtomicInteger();

    /// The children that were in the list before and have not ended, the latest first.
    List<Task<?>> live() {
        var live = new ArrayList<Task<?>>();
        Task<?> next;
        for (Task<?> child = head; child != null; child = next) {
            if (!child.isFinished()) {
                live.add(child);
            }
            next = child.nextSibling;
            if (next == child) {
                live.clear();
                next = head;
            }
        }
        return live;
    }

    void add(Task<?> child) {
        Task<?> old;
        do {
            old = head;
            child.nextSibling = old;
        } while (!HEAD.compareAndSet(this, old, child));
    }

    /// Counts a child that has ended, and sweeps as often as keeps the list within twice the live ones.
    ///
    /// @param live how many have not ended
    void countEnded(int live) {
        int ended = endedSinceSweep.incrementAndGet();
        if (ended < SWEEP_AT_LEAST || ended < live || !sweeping.compareAndSet(false, true)) {
            return;
        }
        endedSinceSweep.set(0);
        for (Task<?> kept = head; kept != null; kept = kept.nextSibling) {
            Task<?> out = kept.nextSibling;
            while (out != null && out.isFinished()) {
                Task<?> next = out.nextSibling;
                kept.nextSibling = next;
                out.nextSibling = out;
                out = next;
            }
        }
        sweeping.set(false);
    }
}
