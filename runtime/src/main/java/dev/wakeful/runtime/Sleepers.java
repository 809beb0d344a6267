// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/*
 * Why no task is left in a queue while all workers sleep.
 *
 *   who queues a task                          worker that finds nothing
 *   N1  put the task into a queue              W1  turn its sleep bit on
 *   N2  somebody searching? then done          W2  searching -= 1, if it was searching
 *   N3  turn one sleep bit off: searching += 1,   W3  if it was: look into all queues; work: turn the bit off, go on
 *       unpark that worker; no bit: done       W4  park; then turn the bit off
 *
 * All of these are volatile accesses, and so in one total order. Suppose all workers sleep and the task of N1 is still queued.
 *
 *   - N3 found a bit: that worker is unparked (Parker has the argument), comes from W4 as one that searches, and has its W3
 *     before it sleeps again.
 *   - N2 saw somebody searching: of those that search from then on, one is the last to stop before all sleep. If it stopped at
 *     W2, its W3 comes after N1 and sees the task. If it stopped because it found work, it runs and comes to W1 once more: either
 *     as one that searches, and then it was not the last; or it was refused, because another one searched at that moment, which
 *     is after N1, and then it was not the last either.
 *   - N3 found no bit and N2 nobody searching: each worker runs, or is between W4 and its next task. Each comes to W1 later, as
 *     one that searches or one that was refused because of another that does; go on as before.
 *
 * A worker that finds work and was the last to search looks into all queues and wakes one more if there is a task, as those who
 * queued meanwhile relied on it: N1 comes before N2, which saw it searching, and so before this look.
 */

/// Which workers are asleep, and how many are looking for work. At most about half of them look at a time, so that
/// those who work are not disturbed by the others; and one is woken at a time.
final class Sleepers {
    private final int workers;
    private final AtomicLongArray asleep;
    private final AtomicInteger searching = new AtomicInteger();

    Sleepers(int workers) {
        this.workers = workers;
        this.asleep = new AtomicLongArray((workers + 63) / 64);
    }

    /// A task was queued: the worker to unpark, which is searching from now on, or -1.
    int claim() {
        if (searching.get() > 0) {
            return -1;
        }
        for (int word = 0; word < asleep.length(); word++) {
            for (long bits = asleep.get(word); bits != 0; bits = asleep.get(word)) {
                StackRoom.forAStep(); // a bit off that is not counted would never be
                long bit = Long.lowestOneBit(bits);
                if (asleep.compareAndSet(word, bits, bits & ~bit)) {
                    searching.getAndIncrement();
                    return word * 64 + Long.numberOfTrailingZeros(bit);
                }
            }
        }
        return -1;
    }

    /// Whether a worker that has nothing to do may look for work elsewhere; it is searching from then on.
    boolean trySearch() {
        int now;
        do {
            now = searching.get();
            if (2 * now >= workers) {
                return false;
            }
        } while (!searching.compareAndSet(now, now + 1));
        return true;
    }

    /// A worker stops searching. `true` when it was the last.
    boolean stopSearching() {
        return searching.getAndDecrement() == 1;
    }

    /// A worker is about to park.
    void sleep(int worker) {
        asleep.getAndUpdate(worker >> 6, bits -> bits | 1L << worker);
    }

    /// A worker is awake again. `true` when it was [claimed][#claim()], and so is searching.
    boolean wakeUp(int worker) {
        long bit = 1L << worker;
        return (asleep.getAndUpdate(worker >> 6, bits -> bits & ~bit) & bit) == 0;
    }

    boolean allSleep() {
        return sleeping(-1) == workers;
    }

    /// Whether all workers sleep but this one, which may.
    boolean othersSleep(int worker) {
        return sleeping(worker) == workers - 1;
    }

    private int sleeping(int butFor) {
        int count = 0;
        for (int word = 0; word < asleep.length(); word++) {
            long bits = asleep.get(word);
            count += Long.bitCount(butFor >= 0 && butFor >> 6 == word ? bits & ~(1L << butFor) : bits);
        }
        return count;
    }
}
