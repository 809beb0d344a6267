// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Context;
import dev.wakeful.Grace;
import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import org.jspecify.annotations.Nullable;

/// How long one winding down may take: until its own end, that of the scope it is in, that of what it is nested in, and
/// that of the runtime's clean-up, whichever comes first. Used by the polls of one task.
final class GracePeriod implements Grace.Period {
    /// How long a period is, in nanoseconds, where a scope says so.
    static final Context.Key<Long> LENGTH = Context.Key.of("length of the grace period", "a scope that has one");

    /// Begins a period of what a task gives up while it goes on.
    static final Grace.Starter STARTER = GracePeriod::ofBranch;

    private final Task<?> task;
    private final @Nullable Timer timer;
    private final @Nullable Scope<?> scope;
    private final long ownEnd;
    private @Nullable Grace enclosing;
    private Timer.@Nullable Alarm alarm;

    private GracePeriod(Task<?> task, @Nullable Scope<?> scope, long lengthNanos) {
        this.task = task;
        this.scope = scope;
        this.timer = task.executor().find(Timer.KEY);
        this.ownEnd = timer == null ? Long.MAX_VALUE : Timer.after(timer.nanos(), lengthNanos);
    }

    /// Of a task that is wound down, from now on.
    static GracePeriod ofTask(Task<?> task) {
        Scope<?> home = task.scope();
        return new GracePeriod(task, home, home == null ? task.executor().graceNanos() : home.graceNanos());
    }

    /// Of the body of a scope that was cancelled: its end is that of the scope.
    static GracePeriod ofBody(Scope<?> scope, Task<?> owner) {
        return new GracePeriod(owner, scope, Long.MAX_VALUE);
    }

    private static GracePeriod ofBranch(Context cx) {
        if (cx.task() instanceof Task<?> task) {
            Long given = cx.find(LENGTH);
            return new GracePeriod(task, null, given == null ? task.executor().graceNanos() : given);
        }
        throw new IllegalStateException("a grace period is begun by a task, but was by " + cx);
    }

    @Override
    public void within(@Nullable Grace enclosing) {
        this.enclosing = enclosing;
    }

    @Override
    public long endNanos() {
        long end = Math.min(ownEnd, task.executor().cleanUpEndNanos());
        if (scope != null) {
            end = Math.min(end, scope.graceEndNanos());
        }
        return enclosing == null ? end : Math.min(end, enclosing.endNanos());
    }

    @Override
    public boolean isOver() {
        return (timer != null && timer.nanos() >= endNanos()) || (enclosing != null && enclosing.isOver());
    }

    @Override
    public boolean endsAll() {
        return timer != null && timer.nanos() >= task.executor().shieldEndNanos();
    }

    @Override
    public void cut(StackTraceElement site) {
        task.executor().cleanUpCut(task, site);
    }

    @Override
    public void arm(Waker waker) {
        long end = endNanos();
        if (timer == null || end == Long.MAX_VALUE || timer.nanos() >= end) {
            return; // there is no end to wait for, or it is there
        }
        Timer.Alarm armed = alarm;
        if (armed == null) {
            armed = timer.alarm();
            alarm = armed;
        }
        armed.arm(end, waker);
    }

    @Override
    public void end() {
        if (alarm != null) {
            alarm.disarm();
        }
    }
}
