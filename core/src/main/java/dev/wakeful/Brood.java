// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/*
 * Why no wake is lost.
 *
 *   waking thread                            parent's poll
 *   N1  make the condition true              P1  take the list of woken children
 *   N2  queued = true; if it was, stop       P2  for each: queued = false, then poll it
 *   N3  put the child on the list            P3  parent.register(waker)
 *   N4  parent.wake()                        P4  look at the list: wake ourselves unless empty
 *
 * N2 and the write of P2 are volatile read-modify-writes of `queued`. N2 before P2: P2 synchronizes-with N2, so the poll
 * sees the condition. N2 after P2: the child was not queued, so N3 puts it on the list. A child on the list is taken by a
 * later P1, and that there is a later one, N4 and P4 see to: both sides write one variable (list, cell) and then read the
 * other, so either P4 finds the child on the list or N4 finds the waker of P3, which is WakerCell's argument.
 *
 * A child is on the list at most once (N2), and the list is taken as a whole, so a node is never compared with an
 * earlier life of its own.
 */

/// The children of one future that polls only those that were woken.
final class Brood {
    private static final VarHandle WOKEN;
    private static final VarHandle QUEUED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WOKEN = lookup.findVarHandle(Brood.class, "woken", Child.class);
            QUEUED = lookup.findVarHandle(Child.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WakerCell parent = new WakerCell();
    private volatile @Nullable Child woken;

    /// Children whose last poll was pending and had asked for the waker. Touched by the parent's polls only.
    private int hopeful;

    /// One child, and its waker.
    static final class Child implements Waker {
        final Future<?> future;
        final int index;
        private final Brood brood;
        private volatile boolean queued;
        private @Nullable Child next; // handed over with the list
        private boolean hopeful;
        private boolean done;

        private Child(Brood brood, Future<?> future, int index) {
            this.brood = brood;
            this.future = future;
            this.index = index;
        }

        @Override
        public void wake() {
            if (!(boolean) QUEUED.getAndSet(this, true)) {
                brood.put(this);
                brood.parent.wake();
            }
        }

        /// Whether it is complete or wound down.
        boolean isDone() {
            return done;
        }

        @Override
        public String toString() {
            return "Waker[child " + index + "]";
        }
    }

    /// What is done with a child that is polled.
    interface Visit {
        /// Polls the child.
        ///
        /// @return whether it is complete now
        boolean poll(Child child, Context cx);
    }

    /// A new child, not queued.
    Child add(Future<?> future, int index) {
        return new Child(this, future, index);
    }

    private void put(Child child) {
        Child head;
        do {
            head = woken;
            child.next = head;
        } while (!WOKEN.compareAndSet(this, head, child));
    }

    /// Polls each child that was woken since the last call, in the order of their wakes. One that is woken meanwhile
    /// waits for the next call, so a child that wakes itself cannot keep the thread.
    void visitWoken(Context cx, Visit visit) {
        if (woken == null) {
            return;
        }
        var asking = new Contexts.Asking(cx);
        Child child = reversed((Child) WOKEN.getAndSet(this, null));
        while (child != null) {
            Child following = child.next;
            child.next = null;
            QUEUED.getAndSet(child, false);
            visit(child, asking, visit);
            child = following;
        }
    }

    /// Polls one child, woken or not.
    void visit(Child child, Contexts.Asking cx, Visit visit) {
        if (child.done) {
            return;
        }
        child.done = visit.poll(child, cx.forChild(child));
        boolean hopes = !child.done && cx.wasAsked();
        hopeful += (hopes ? 1 : 0) - (child.hopeful ? 1 : 0);
        child.hopeful = hopes;
    }

    private static @Nullable Child reversed(@Nullable Child list) {
        Child result = null;
        for (Child at = list; at != null; ) {
            Child following = at.next;
            at.next = result;
            result = at;
            at = following;
        }
        return result;
    }

    /// Arranges that the waker of `cx` is woken when a child is. Called last by a poll that ends pending. If no child
    /// asked for its waker, neither does this, so that whoever polls can tell that nothing will ever happen.
    void register(Context cx) {
        if (hopeful == 0 && woken == null) {
            return;
        }
        Waker waker = cx.waker();
        parent.register(waker);
        if (woken != null) {
            waker.wake();
        }
    }
}
