// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/*
 * A worker is replaced in the midst of a poll or not at all. `polls` is odd while a poll goes on. Who replaces the worker turns
 * SEIZED on in it by CAS from an odd value; the worker ends its poll by CAS to the next even value, and when that fails it has
 * been replaced, leaves, and touches neither its core nor the sleepers any more. So these have one thread at a time.
 *
 * A thread that has no core any more has SEIZED on for good, and nobody else writes `polls`.
 */

/// The polls of one thread, one after the other: runs a task, counts and measures that, and lets others see what is
/// polled.
final class Polls {
    private static final long SEIZED = 1L << 62;

    private static final VarHandle POLLS;

    static {
        try {
            POLLS = MethodHandles.lookup().findVarHandle(Polls.class, "polls", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Settings settings;
    private final Sampler sampler;

    /// Twice the number of polls that have ended, and one while a poll goes on; written by this thread, and once by the
    /// one who replaces its worker.
    private volatile long polls;

    /// How often there was nothing to do; written by this thread alone.
    private volatile long parks;

    /// What is polled; others read it after `polls`, for reports.
    private @Nullable Task<?> running;

    private boolean seized;

    Polls(Settings settings) {
        this.settings = settings;
        this.sampler = new Sampler(settings.observed());
    }

    Sampler sampler() {
        return sampler;
    }

    /// How many polls began.
    long count() {
        return ((polls & ~SEIZED) + 1) / 2;
    }

    long parks() {
        return parks;
    }

    /// The thread has been parked. Called by the thread.
    void countPark() {
        long before = parks;
        parks = before + 1; // no update is lost: this thread alone writes it
    }

    /// A number that each beginning and each end of a poll changes, and so does who replaces the worker.
    long word() {
        return polls;
    }

    @Nullable
    Task<?> running() {
        return running;
    }

    /// Polls a task. Called by the thread. Gives what is left of the budget, and throws nothing.
    int run(Task<?> task, int budget) {
        running = task;
        long odd = polls + 1;
        polls = odd; // no update is lost: nobody else writes an even value over
        try {
            return measured(task, budget);
        } catch (Throwable broken) { // a task catches what its future throws; this is a fault of what surrounds it
            settings.report(task, broken);
            return 0;
        } finally {
            running = null;
            seized |= !POLLS.compareAndSet(this, odd, odd + 1);
        }
    }

    private int measured(Task<?> task, int budget) {
        Object begun = sampler.begin(task);
        try {
            return task.run(budget);
        } finally {
            sampler.end(begun, task);
        }
    }

    /// Whether the worker was replaced in the midst of a poll. Called by the thread.
    boolean wereSeized() {
        return seized;
    }

    /// Ends what the thread may do as a worker, if a poll goes on. Called by the one who replaces it.
    boolean seize() {
        long now = polls;
        return (now & 1) == 1 && (now & SEIZED) == 0 && POLLS.compareAndSet(this, now, now | SEIZED);
    }

    /// The thread has no core from now on, and nobody can replace it. Called by the thread, between two polls.
    void goOnAlone() {
        polls = SEIZED | (polls + 1 & ~1L); // no update is lost: nobody seizes what has no core
    }
}
