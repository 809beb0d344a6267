// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.internal.Words;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a task is made of: its state word, what it runs or how it ended, and what can be seen of that from any thread.
///
/// The transitions are [Task]'s, the side of those who await it is [Joinable]'s; the three are one object.
abstract sealed class TaskCell<T extends @Nullable Object> implements JoinHandle<T> permits Joinable {
    /// Somebody asked for a poll that has not begun. Set by wakes, cleared by [Task#run()] alone; means nothing once
    /// COMPLETE.
    static final int NOTIFIED = 1;

    /// A thread is between the begin and the end of [Task#run()], or the task gives way between two of them.
    static final int RUNNING = 1 << 1;

    /// The task has ended; `body` is its outcome and final. Never cleared.
    static final int COMPLETE = 1 << 2;

    /// Somebody asked for the end. Set by [#abort], never cleared; a poll that completes all the same wins.
    static final int ABORTED = 1 << 3;

    /// Set with COMPLETE: the outcome is a throwable.
    static final int FAILED = 1 << 4;

    /// Set with COMPLETE: the task was wound down and has neither result nor failure.
    static final int CANCELLED = 1 << 5;

    /// Set after COMPLETE: somebody awaited the task when it ended, or was given its failure since.
    static final int AWAITED = 1 << 6;

    /// The task is a child in the background of its scope. Set from the beginning or never.
    static final int BACKGROUND = 1 << 7;

    /// Set after COMPLETE: the stack trace of the failure goes on with the awaits of the first who was given it.
    static final int TRACED = 1 << 8;

    /// The task was counted and could not be queued for its first poll. Set with ABORTED, by [Task#start()].
    static final int UNQUEUED = 1 << 9;

    static final byte NEW = 0;
    static final byte STARTED = 1;
    static final byte WINDING_DOWN = 2;
    private static final int PHASE = 3;

    /// The poll that runs, or ran last, has asked for the waker.
    static final byte ASKED = 4;

    /// The poll that runs has deferred the task's waker, or the task has given way since.
    static final byte ASIDE = 8;

    static final VarHandle STATE;
    private static final VarHandle DETAILS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(TaskCell.class, "state", int.class);
            DETAILS = lookup.findVarHandle(TaskCell.class, "details", TaskDetails.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /*
     * Millions of these exist at once, so fields are few, and with those of the subclasses they fill 56 bytes: `home` is the scope
     * of a child, a Confined of a local one, and the executor of any other task; `body` is the future until COMPLETE and the outcome
     * from then on; what few tasks have is in `details`.
     */
    final Object home;

    /// Written by [Task#start()], before the task can be polled.
    long id;

    volatile int state;
    private volatile @Nullable TaskDetails details;

    // Owned by the polling thread until COMPLETE; the state word and the queue order the rest.
    @Nullable
    Object body;

    /// NEW, STARTED or WINDING_DOWN, and ASKED and ASIDE.
    byte progress = NEW;

    TaskCell(Object home, String name, Future<T> future, int traits) {
        this.state = NOTIFIED | traits;
        this.home = home;
        this.details = name.isEmpty() ? null : TaskDetails.named(name);
        this.body = future;
    }

    final int phase() {
        return progress & PHASE;
    }

    final boolean hasAsked() {
        return (progress & ASKED) != 0;
    }

    final boolean isAside() {
        return (progress & ASIDE) != 0;
    }

    /// The scope that this task is a child of.
    final @Nullable Scope<?> scope() {
        if (home instanceof Scope<?> scope) {
            return scope;
        }
        return home instanceof Confined confined ? confined.scope() : null;
    }

    /// The executor that polls this task.
    final TaskExecutor executor() {
        if (home instanceof Scope<?> scope) {
            return scope.executor();
        }
        return home instanceof Confined confined ? confined.executor() : (TaskExecutor) home;
    }

    /// The executor of what this task spawns: of all its threads, also when the task itself is local to one.
    final TaskExecutor executorOfChildren() {
        Scope<?> scope = scope();
        return scope == null ? executor() : scope.executor();
    }

    // ------------------------------------------------------------------------------------------------- details

    final TaskDetails details() {
        TaskDetails given = details;
        return given == null ? TaskDetails.NONE : given;
    }

    /// Whether the task has any, in one read.
    final boolean hasDetails() {
        return details != null;
    }

    final void changeDetails(UnaryOperator<TaskDetails> change) {
        TaskDetails old;
        TaskDetails changed;
        do {
            old = details;
            changed = change.apply(old == null ? TaskDetails.NONE : old);
        } while (changed != old && !DETAILS.compareAndSet(this, old, changed));
    }

    // ------------------------------------------------------------------------------------------------- looking

    @Override
    public boolean isFinished() {
        return (state & COMPLETE) != 0;
    }

    /// What the task threw, once it has ended with a failure.
    ///
    /// @return the throwable, or `null` when it has not ended, has a result, or was cancelled
    public @Nullable Throwable failure() {
        return (state & (COMPLETE | FAILED)) == (COMPLETE | FAILED) ? (Throwable) body : null;
    }

    /// Whether somebody awaited the task when it ended, or was given its failure since, or the scope it is a child of
    /// will say how it ended.
    ///
    /// @return `true` when the outcome does not go unnoticed
    public boolean isObserved() {
        return !isDetached() || wasAwaited();
    }

    /// Whether somebody awaited the task when it ended.
    boolean wasAwaited() {
        return (state & AWAITED) != 0;
    }

    /// Whether the task ended by being cancelled.
    ///
    /// @return `true` once it has
    public boolean isCancelled() {
        return (state & (COMPLETE | CANCELLED)) == (COMPLETE | CANCELLED);
    }

    /// Whether the task is a child that does not hold its scope open.
    boolean isInBackground() {
        return (state & BACKGROUND) != 0;
    }

    /// Whether nobody asked for a poll and no thread polls: the task waits.
    ///
    /// @return `true` between a poll that was pending and the next wake
    public boolean isIdle() {
        return (state & (NOTIFIED | RUNNING | COMPLETE)) == 0;
    }

    /// What the task is doing, in a word or two, for dumps. Callable from any thread.
    ///
    /// @return `new`, `ready`, `running`, `waiting`, `winding down` or `ended`
    public String status() {
        int now = state;
        if ((now & COMPLETE) != 0) {
            return "ended";
        } else if (phase() == WINDING_DOWN) {
            return "winding down";
        } else if ((now & RUNNING) != 0) {
            return isAside() ? "ready" : "running";
        } else if ((now & NOTIFIED) != 0) {
            return phase() == NEW ? "new" : "ready";
        }
        return "waiting";
    }

    /// Whether the task has been started and nothing has polled it. Callable from any thread.
    ///
    /// @return `false` once its first poll has begun
    public boolean awaitsFirstPoll() {
        return (state & (NOTIFIED | RUNNING | COMPLETE)) == NOTIFIED && phase() == NEW;
    }

    /// Whether this task is no child of a scope, so that nobody else observes its failure.
    ///
    /// @return `true` for detached tasks and roots
    public boolean isDetached() {
        return scope() == null;
    }

    /// Whether one thread alone polls this task: a child that was spawned with `spawnLocal`.
    ///
    /// @return `true` for local tasks
    public boolean isLocal() {
        return home instanceof Confined;
    }

    /// Why the task was asked to end.
    ///
    /// @return the first reason given, or an empty string
    public String reason() {
        String given = details().reason();
        return given == null ? "" : given;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String name() {
        return details().name();
    }

    /// Describes what the task runs and waits for, where [#describe] is about waiting for the task.
    ///
    /// @param to where to say it
    public void describeBody(Description to) {
        if ((state & COMPLETE) == 0 && body instanceof Future<?> future) {
            future.describe(to);
        }
    }

    @Override
    public void describe(Description to) {
        to.label("join of " + this);
        to.waitsFor("the end of " + this, this);
    }

    @Override
    public String toString() {
        String name = name();
        return name.isEmpty() ? "task " + id : "task " + id + " \"" + Words.inLine(name) + "\"";
    }
}
