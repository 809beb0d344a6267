// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/*
 * Why no wake is lost.
 *
 * `word` holds what is waited for: the permits of a semaphore, whether a mutex is locked. It is changed in two ways only.
 *
 *   short way   one CAS from a word in which neither GUARD nor WAITERS is set to another such word
 *   long way    enter() sets GUARD; look at the state, change it, link and unlink waiters; leave(word) clears GUARD
 *
 *   waiting task (long way)                     granting thread
 *   W1  enter()                                 G1  change the state: short way, or enter() and then the change
 *   W2  read the state: nothing to be had       G2  (long way) unlink the first waiter, mark it GRANTED, take its waker
 *   W3  link the waiter with its waker          G3  leave()
 *   W4  leave(), with WAITERS set               G4  wake the waker
 *
 * All changes of `word` are volatile and each starts from the value the one before left (a CAS, or a write by the one who
 * holds GUARD, which no CAS gets past), so they are totally ordered.
 *
 *   - The change at G1 by the short way comes before W1: then W2 reads it. It cannot come between W1 and W4, because GUARD
 *     is set, nor after W4 while the waiter is linked, because WAITERS is set: then its CAS fails, and the long way is taken.
 *   - By the long way the two critical sections are ordered. Before W1: W2 reads the change. After W4: G2 finds the waiter.
 *
 * A later poll that brings another waker replaces it in a critical section of its own and looks at the phase of the waiter
 * there: either the waiter is still linked, and G2 will find the new waker, or it was granted, and the poll goes on with
 * that. A poll whose waker would wake the same task as the kept one may do without: G4 wakes that task, and what it was
 * granted is read by the poll that follows (the phase is volatile and written before G4).
 *
 * A primitive whose state does not fit in the word (a channel) keeps it in plain fields that are touched between enter()
 * and leave() alone; then only the long way exists, and the argument is its second case.
 *
 * Why nobody waits long for the guard. Between enter() and leave() there is no user code, no wake(), no allocation and no
 * loop over more than BATCH waiters. So the guard is held for tens of nanoseconds, unless the operating system takes the
 * processor away from the holder; against that the others yield theirs.
 *
 * An error that the JVM throws between the two (the end of the stack, no memory to load a class) leaves the guard where it is,
 * and what it guards half done. An endless recursion that works on a channel at each level comes to the end of its stack just
 * there, since there it is deepest: so enter() goes deeper first (room), and fails in its place. What is left is code of C2
 * that has not made each method it calls a part of itself. To make sure of the room there as well costs a channel a third
 * of its speed, and is not done (ADR 28); but nobody waits for such a guard for ever: after MOST_TURNS it is an error that
 * says so. Classes that are first used under the guard are loaded with this one.
 */

/// One word of state and a guard for the lists of waiters that belong to it: what every lock and channel here is built
/// on.
///
/// A waiter is the future itself. It is linked in order of its first poll and unlinked by the one who grants it what it
/// waits for, or by itself when it is wound down.
abstract class Gate {
    /// Somebody is between [#enter] and [#leave]. Nobody else changes the word meanwhile.
    static final long GUARD = 1;

    /// Waiters are linked, so that the word may not be changed without looking at them.
    static final long WAITERS = 1 << 1;

    /// How many waiters are granted or refused at most while the guard is held.
    static final int BATCH = 32;

    /// How often a thread lets the holder of the guard go on, which is many seconds, before it takes that one for dead.
    static final int MOST_TURNS = 1 << 26;

    /// Not the value of a word.
    private static final long NEVER = -1;

    private static final int SPINS = 64;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Gate.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        new WaiterList.Chain().wake();
    }

    volatile long word;

    Gate(long word) {
        this.word = word;
    }

    /// The short way.
    final boolean change(long from, long to) {
        return WORD.compareAndSet(this, from, to);
    }

    /// Begins the long way.
    ///
    /// @return the word, without [#GUARD]
    final long enter() {
        long seen = room(word);
        if ((seen & GUARD) == 0 && change(seen, seen | GUARD)) {
            return seen;
        }
        return enterContended();
    }

    /// Fails for want of stack before an operation under the guard can. Code of the interpreter and of C1 calls it,
    /// with a frame for the arguments of a call that is never made, and what it calls is deeper than what is called
    /// under the guard. It gives back what it gets. C2 makes both a part of the operation, as it does with the methods
    /// called under the guard, and leaves out what was never run: there this costs nothing.
    private static long room(long a) {
        if (a == NEVER) {
            throw new IllegalStateException("no word" + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a
                    + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a
                    + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a
                    + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a
                    + a + a + a + a);
        }
        return below(a);
    }

    private static long below(long a) {
        if (a == NEVER) {
            throw new IllegalStateException("no word" + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a
                    + a + a + a + a + a + a + a + a + a + a + a + a + a + a);
        }
        return a;
    }

    private long enterContended() {
        for (int turn = 0; ; turn++) {
            long seen = word;
            if ((seen & GUARD) == 0 && change(seen, seen | GUARD)) {
                return seen;
            }
            pause(turn);
        }
    }

    /// Ends the long way with a new word.
    final void leave(long word) {
        this.word = word;
    }

    /// Takes a waiter out of the list of those for whom [#WAITERS] stands, if it is there. One that is idle needs no
    /// guard: giving it up after a poll that failed must not go deeper than the poll did.
    ///
    /// @return whether it was in the list
    final boolean unqueue(WaiterList list, Waiter<?> waiter) {
        if (waiter.isIdle()) {
            return false;
        }
        long seen = enter();
        boolean queued = waiter.phase == Waiter.QUEUED;
        if (queued) {
            list.remove(waiter);
            waiter.settled(Waiter.IDLE);
            seen = withWaiters(seen, list);
        }
        leave(seen);
        return queued;
    }

    /// Under the guard: a word whose [#WAITERS] says whether there are any in `list`.
    static long withWaiters(long word, WaiterList list) {
        return list.isEmpty() ? word & ~WAITERS : word | WAITERS;
    }

    /// Lets the holder of the guard go on.
    @SuppressWarnings("ThreadPriorityCheck") // right without it, and quicker with it when the holder is not running
    static void pause(int turn) {
        if (turn < SPINS) {
            Thread.onSpinWait();
        } else if (turn < MOST_TURNS) {
            Thread.yield();
        } else {
            throw new IllegalStateException(
                    "a lock or channel is half changed and of no use any more: an error, such as"
                            + " the end of the stack, has ended a thread in the midst of an operation on it");
        }
    }
}
