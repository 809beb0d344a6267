// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/*
 * The argument is that of Quiescence: a task is woken through its TaskWaker only, and a collection that clears a weak reference
 * to it proves that nobody holds it. Here the collection is whichever comes by itself, so the task gives up its own reference for
 * as long as it takes. A task that is polled meanwhile makes another waker when it is asked for one. The first may still be
 * registered somewhere, and works; when the task has ended, it is cut off as the other one is, so that it keeps nothing alive.
 *
 * What is looked at is held meanwhile (Task.hold), so no other thread polls it. One thread at a time makes a round: the one that
 * turned `looking` on.
 */

/// Finds lost tasks while others go on: tasks whose waker the garbage collector has found unreachable, in a collection
/// that came by itself.
///
/// A few tasks that wait are watched at a time, for some rounds, so a round costs little; all have their turn.
public final class LostWatch {
    private static final int AT_ONCE = 1024;
    private static final int ROUNDS = 6;

    private final TaskList tasks;
    private final long periodNanos;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long nextNanos;

    // For the thread that has turned `looking` on.
    private final List<Suspect> suspects = new ArrayList<>();
    private int rounds;
    private final TaskWalk walk = new TaskWalk();

    private record Suspect(Task<?> task, WeakReference<TaskWaker> waker) {}

    /// A watch over the tasks of an executor.
    ///
    /// @param tasks its tasks
    /// @param periodNanos how much time passes between two rounds
    public LostWatch(TaskList tasks, long periodNanos) {
        this.tasks = tasks;
        this.periodNanos = periodNanos;
        this.nextNanos = periodNanos;
    }

    /// Makes a round when it is time and nobody else does: ends the tasks that are lost. Called by threads that poll,
    /// between two polls.
    ///
    /// @param nanos now
    public void look(long nanos) {
        if (nanos < nextNanos || !looking.compareAndSet(false, true)) {
            return;
        }
        try {
            if (nanos >= nextNanos) {
                nextNanos = nanos + periodNanos;
                makeRound();
            }
        } finally {
            looking.set(false);
        }
    }

    private void makeRound() {
        suspects.removeIf(this::isSettled);
        if (++rounds >= ROUNDS || suspects.isEmpty()) {
            rounds = 0;
            suspects.removeIf(this::isGivenBack);
            suspectMore();
        }
    }

    /// Ends the watch over those that are watched, because somebody else is to look at all tasks. Called while no task
    /// runs.
    public void giveBack() {
        if (looking.compareAndSet(false, true)) {
            suspects.removeIf(this::isGivenBack);
            walk.stop();
            looking.set(false);
        }
    }

    private boolean isSettled(Suspect suspect) {
        Task<?> task = suspect.task;
        TaskWaker waker = suspect.waker.get();
        if (waker == null) {
            end(task);
            return true;
        }
        if (task.isFinished()) {
            waker.cut();
            return true;
        }
        return false;
    }

    /// The waker that the task had is gone. It may have made another one since.
    private static void end(Task<?> task) {
        if (task.hold()) {
            if (!task.hasWaker()) {
                task.endLost(Quiescence.failure(task, List.of(task)));
            }
            task.letGo();
        }
    }

    /// A task that has made another waker meanwhile stays, so that the first is cut off when it ends.
    private boolean isGivenBack(Suspect suspect) {
        if (isSettled(suspect)) {
            return true;
        }
        TaskWaker waker = suspect.waker.get();
        if (waker == null || !suspect.task.hold()) {
            return false;
        }
        boolean takes = !suspect.task.hasWaker();
        if (takes) {
            suspect.task.exchangeWaker(waker);
        }
        suspect.task.letGo();
        return takes;
    }

    private void suspectMore() {
        if (walk.isAtItsEnd()) {
            walk.begin(tasks);
        }
        for (int i = 0; i < AT_ONCE; i++) {
            Task<?> task = walk.next();
            if (task == null) {
                return;
            }
            if (task.hold()) {
                if (task.hasWaker() && !Trace.ofTask(task).leaf().never()) {
                    suspects.add(new Suspect(task, new WeakReference<>(task.exchangeWaker(null))));
                }
                task.letGo();
            }
        }
    }
}
