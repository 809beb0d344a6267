// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Grace;
import dev.wakeful.LostWakerException;
import dev.wakeful.TaskLocal;
import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.internal.Discardable;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Unpolled;
import dev.wakeful.spi.Deadline;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * Why no wake is lost.
 *
 *   waking thread                              polling thread
 *   N1  make the condition true                P1  state ^= RUNNING|NOTIFIED  (NOTIFIED off, RUNNING on)
 *   N2  before = state |= NOTIFIED             P2  poll the future: it looks at its condition
 *   N3  if before was idle: schedule           P3  before = state &= ~RUNNING; if NOTIFIED was on: schedule
 *
 * All three touches of `state` are volatile read-modify-writes of one variable, so they are totally ordered.
 *
 *   - N2 before P1: P1 synchronizes-with N2, so N1 happens-before P2, and the poll sees the condition. That holds also
 *     when NOTIFIED was on already, because N2 writes in any case; a mere read there would lose N1.
 *   - N2 between P1 and P3: NOTIFIED is on at P3, which schedules the task once more.
 *   - N2 after P3: the task is idle, N3 schedules it.
 *
 * So each wake leads to a poll that begins after it. A task is in at most one run queue: only the transition that turns
 * NOTIFIED on while RUNNING is off (N3), or that turns RUNNING off while NOTIFIED is on (P3), schedules, and P1 is the only
 * one that turns NOTIFIED off. Polls do not overlap: between P1 and P3 nobody schedules. Completion is one more such
 * transition (RUNNING off, COMPLETE on), after which nobody schedules. Who holds a task to look at it (`hold`, `letGo`) turns
 * RUNNING on while the task is idle and off as P3 does: to all others, a poll that did nothing.
 *
 * A task that gives way leaves RUNNING on where P3 would turn it off: the executor, which has the task from then on, queues it
 * later, and nobody else does, as in the midst of a poll. P1 of the poll that follows has a word in which RUNNING is on. If
 * NOTIFIED is on too, P1 turns it off as ever. If not, to have read that is enough: an N2 before that read would have been
 * seen, and one after it is found at P3. That the task is such a one is a plain field, which goes from poll to poll with the
 * task, through the queue. Where a task that is to give way finds NOTIFIED on, somebody woke it meanwhile: then it is P3, which
 * schedules.
 */

/// A task: state word, future, result and join handle in one object.
///
/// An executor makes one, [starts][#start()] it and calls [#run()] once for each [TaskExecutor#schedule].
///
/// ```
///   start          run           poll is Ready, throws, or is wound down
///  ──────▶ NOTIFIED ──▶ RUNNING ─────────────────────────▶ COMPLETE
///              ▲          │  poll is Pending
///       wake   │          ▼
///              └──────── idle     (a wake while RUNNING makes it NOTIFIED again)
/// ```
///
/// ### Memory consistency
///
/// Each poll happens-after the one before and after the wake that caused it; the end happens-before what a joiner sees.
///
/// @param <T> the type of the result
public final class Task<T extends @Nullable Object> extends Joinable<T> implements Context {
    /// The units of leaf operations in a poll, unless the executor gives others.
    public static final int BUDGET = 128;

    private static final int MOST_UNITS = 255;

    /// What a step gives when the future was wound down.
    private static final Object WOUND_DOWN = new Object();

    /// The link of [LinkedTasks]: written once before the task is in the list, then by the list's sweeper.
    volatile @Nullable Task<?> nextListed;

    /// Named here, so that the JVM knows them where they are caught: to look them up takes room that there is not then.
    private static final List<Class<?>> CAUGHT = List.of(StackOverflowError.class, Throwable.class);

    /// A task was to be queued where the stack ended.
    private static volatile boolean astray;

    /// The link of [TaskQueue]: owned by the queue the task is in, and it is in one at most. The task itself, when it
    /// was to be queued and is not, because the stack ended.
    @Nullable
    Task<?> nextQueued;

    // Owned by the polling thread.
    private @Nullable TaskWaker waker;

    /// Without a sign: from 0 to `MOST_UNITS`.
    private byte budget;

    /// How many polls in a row woke the task and completed nothing; wraps around.
    private byte selfWakes;

    /// A task that is not a child of any scope.
    ///
    /// @param executor who polls it
    /// @param name its name, or an empty string
    /// @param future what it runs; must not have been polled
    public Task(TaskExecutor executor, String name, Future<T> future) {
        super(executor, name, TaskLocal.inherit(future), 0);
    }

    Task(Scope<?> scope, String name, Future<T> future, boolean background) {
        super(scope, name, TaskLocal.inherit(future), background ? BACKGROUND : 0);
    }

    Task(Confined home, String name, Future<T> future) {
        super(home, name, TaskLocal.inherit(future), 0);
    }

    /// Counts the task, gives it its number, and queues it for its first poll. Called once.
    ///
    /// Where the caller's stack ends, it may throw. What is counted by then has to end: so the task is astray, and
    /// cancelled before its first poll. As in [#notifyTask()], that is said by mere writes; until it is in a queue,
    /// others write nothing to its state but that it is to end.
    ///
    /// @throws IllegalStateException when it is a child and its scope has ended
    public void start() {
        Scope<?> scope = scope();
        TaskExecutor executor = executor();
        boolean isCounted = false;
        try {
            if (scope != null) {
                scope.admit(this);
                isCounted = true;
            }
            executor.enter(this);
            id = executor.nextTaskId();
            isCounted = true;
            if (scope != null) {
                scope.abortIfCancelled(this);
            }
            executor.started(this);
        } catch (Throwable thrown) {
            if (isCounted) {
                state |= ABORTED | UNQUEUED;
                astray = true;
            } else {
                state |= COMPLETE | CANCELLED;
            }
            throw thrown;
        }
        try {
            executor.schedule(this);
        } catch (StackOverflowError end) {
            nextQueued = this; // as in notifyTask
            astray = true;
        }
    }

    /// Queues the task if it is astray.
    void queueIfAstray() {
        boolean unqueued = (state & UNQUEUED) != 0;
        if (unqueued) {
            STATE.getAndBitwiseAnd(this, ~UNQUEUED);
            id = id == 0 ? executor().nextTaskId() : id;
        }
        if (unqueued || nextQueued == this) {
            nextQueued = null;
            executor().schedule(this);
        }
    }

    // ------------------------------------------------------------------------------------------------- waking

    /// Asks for a poll, as the task's waker does.
    ///
    /// Where the caller's stack ends, it may throw before it has done anything. Once NOTIFIED is on, nobody else
    /// schedules the task, so when the stack ends then, the task says by mere writes that it is in no queue: there is
    /// no room for a call. The executor finds it by [TaskList#queueAstray].
    public void notifyTask() {
        int before = (int) STATE.getAndBitwiseOr(this, NOTIFIED);
        if ((before & (NOTIFIED | RUNNING | COMPLETE)) == 0) {
            try {
                executor().schedule(this);
            } catch (StackOverflowError end) {
                nextQueued = this;
                astray = true;
            }
        }
    }

    /// Whether a task may be [astray][TaskList#queueAstray], anywhere; asked once, it is `false` until the next one is.
    ///
    /// @return `true` when those who poll should look
    public static boolean anyAstray() {
        boolean any = astray;
        if (any) {
            astray = false; // no task is missed: the look comes after this
        }
        return any;
    }

    @Override
    public void abort(String reason) {
        changeDetails(old -> old.aborted(reason));
        int before = (int) STATE.getAndBitwiseOr(this, ABORTED | NOTIFIED);
        if ((before & (NOTIFIED | RUNNING | COMPLETE)) == 0) {
            try {
                executor().schedule(this);
            } catch (StackOverflowError end) {
                nextQueued = this; // as in notifyTask
                astray = true;
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- polling

    /// Polls the task once with a full budget. Called by the executor, once for each [TaskExecutor#schedule].
    ///
    /// Throws nothing: whatever the future throws ends the task.
    public void run() {
        run(BUDGET);
    }

    /// As [#run()], with a budget of the executor's choice.
    ///
    /// @param units how many leaf operations the poll may complete, 255 at most
    /// @return how many of them are left, for a task that goes on with the budget of the one before
    public int run(int units) {
        int before = begin();
        int given = Math.max(0, Math.min(units, MOST_UNITS));
        budget = (byte) given;
        Object value;
        int kind = 0;
        try {
            value = step((before & ABORTED) != 0);
            kind = value == WOUND_DOWN ? CANCELLED : 0;
        } catch (Throwable failure) {
            value = lostOr(failure);
            kind = FAILED;
        }
        int left = unitsLeft(); // read before another thread can run the task
        if (value != PENDING) {
            end(kind, value == WOUND_DOWN ? null : value);
            return left;
        }
        countSelfWake(left == given);
        if (!isAside()) {
            letGo();
        } else if ((state & NOTIFIED) == 0) {
            executor().defer(this);
        } else {
            progress ^= ASIDE; // it was woken meanwhile
            letGo();
        }
        return left;
    }

    /// P1; what the state was before.
    private int begin() {
        int aside = isAside() ? state : 0;
        if ((aside & RUNNING) != 0) {
            progress ^= ASIDE;
            return (aside & NOTIFIED) == 0 ? aside : (int) STATE.getAndBitwiseAnd(this, ~NOTIFIED);
        }
        int before = (int) STATE.getAndBitwiseXor(this, RUNNING | NOTIFIED);
        if ((before & (NOTIFIED | RUNNING)) != NOTIFIED) {
            STATE.getAndBitwiseXor(this, RUNNING | NOTIFIED);
            throw new IllegalStateException(this + " was run without having been scheduled");
        }
        return before;
    }

    /// Queues the task for the poll that it [gave way][TaskExecutor#defer(Task)] with. Called once for each.
    public void resume() {
        executor().schedule(this);
    }

    /// Tells the executor of polls that woke the task and completed nothing. Called while the task is RUNNING, since
    /// the count is the polling thread's.
    private void countSelfWake(boolean completedNothing) {
        if ((state & NOTIFIED) == 0 || !completedNothing) {
            selfWakes = 0;
        } else if (++selfWakes == 0) {
            executor().wokeItself(this);
        }
    }

    private Throwable lostOr(Throwable failure) {
        LostWakerException lost = details().lost();
        return lost == null ? failure : Throwing.add(lost, failure);
    }

    /// One poll of the future, in whatever phase the task is: its value, `PENDING` or `WOUND_DOWN`.
    private @Nullable Object step(boolean aborted) throws Exception {
        Future<T> future = future();
        if (aborted && phase() == NEW) {
            if (Unpolled.isOn()) {
                Unpolled.polled(future);
            }
            if (future instanceof Discardable held) {
                held.discard();
            }
            return WOUND_DOWN;
        }
        if (!aborted && phase() != WINDING_DOWN) {
            progress = STARTED; // has not asked for its waker
            Object value = future.pollRaw(this);
            if (value != PENDING || hasAsked()) {
                return value;
            }
            setLost(new LostWakerException(Reports.wakerNotAsked(this, future)));
        }
        progress = WINDING_DOWN;
        return windDown(future);
    }

    private Object windDown(Future<T> future) throws Exception {
        if (!future.pollCancel(this).isReady()) {
            if (hasAsked()) {
                limitCleanUp();
                return PENDING;
            }
            throw new LostWakerException(Reports.wakerNotAsked(this, future));
        }
        LostWakerException lost = details().lost();
        if (lost != null) {
            throw lost;
        }
        return WOUND_DOWN;
    }

    @SuppressWarnings("unchecked") // the body is the future until the end, and only what has not ended is run
    private Future<T> future() {
        return (Future<T>) Objects.requireNonNull(body);
    }

    private void setLost(LostWakerException failure) {
        changeDetails(old -> old.withLost(failure));
    }

    /// Ends the task because nothing can ever wake it: it is wound down at its next run and then fails with `failure`.
    /// Called while the task is idle, by the thread that polls it.
    ///
    /// @param failure what those who join the task get
    public void endLost(LostWakerException failure) {
        setLost(failure);
        progress = WINDING_DOWN;
        notifyTask();
    }

    private void end(int kind, @Nullable Object result) {
        Scope<?> left = hasDetails() ? scopeWithChildren() : null;
        if (left == null) {
            finish(kind, result);
            return;
        }
        var alive = new IllegalStateException(Reports.childrenAlive(this, left));
        left.cancel(this + " ended without it");
        if (result instanceof Throwable failure && (kind & FAILED) != 0) {
            failure.addSuppressed(alive);
            finish(kind, failure);
        } else {
            finish(FAILED, alive);
        }
    }

    /// A scope that this task opened and that has children still, though the task is at its end: what it awaited ended
    /// without the scope, which only a future written by hand can do.
    private @Nullable Scope<?> scopeWithChildren() {
        Scope<?> scope = details().scopes();
        while (scope != null && !scope.hasChildren()) {
            scope = scope.openedBefore;
        }
        return scope;
    }

    /// Tells of each scope that this task opened and that has children. Callable from any thread.
    void forEachScopeWithChildren(Consumer<Scope<?>> what) {
        for (Scope<?> scope = details().scopes(); scope != null; scope = scope.openedBefore) {
            if (scope.hasChildren()) {
                what.accept(scope);
            }
        }
    }

    /// Whether the task has ended and leads to no other.
    boolean isDoneWith() {
        return isFinished() && (!hasDetails() || scopeWithChildren() == null);
    }

    /// Notes that a poll of this task has opened a scope. Those that have ended since are forgotten.
    void opened(Scope<?> scope) {
        changeDetails(old -> {
            Scope<?> before = old.scopes();
            while (before != null && before.hasEnded()) {
                before = before.openedBefore;
            }
            scope.openedBefore = before;
            return old.withScopes(scope);
        });
    }

    private void finish(int kind, @Nullable Object result) {
        GracePeriod grace = details().grace();
        if (grace != null) {
            grace.end();
        }
        body = result; // the machine and what it holds are free before the end is visible
        TaskWaker handedOut = waker;
        waker = null;
        if (handedOut != null) {
            handedOut.cut();
        }
        STATE.getAndBitwiseXor(this, RUNNING | COMPLETE | kind);
        Waker waiting = takeJoiner();
        try {
            executor().ended(this); // first, so that nobody who is told of the end finds the task among the live ones
        } finally {
            tell(waiting);
        }
    }

    private void tell(@Nullable Waker waiting) {
        try {
            if (waiting != null) {
                waiting.wake();
            }
        } finally { // a joiner's waker that breaks its contract is not the scope's trouble
            Scope<?> scope = scope();
            if (scope != null) {
                scope.childEnded(this);
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- as context

    @Override
    public Waker waker() {
        progress |= ASKED;
        TaskWaker made = waker;
        if (made == null) {
            made = new TaskWaker(this);
            waker = made;
        }
        return made;
    }

    @Override
    @SuppressWarnings("unchecked") // the keys say what is under them
    public <V> @Nullable V find(Key<V> key) {
        if (key == TaskScope.OPENER) {
            return (V) Scope.OPENER;
        }
        if (key == Deadline.KEY && scope() != null) {
            return (V) scope().deadline();
        }
        if (key == GracePeriod.LENGTH) {
            Scope<?> scope = scope();
            return scope == null ? null : (V) (Long) scope.graceNanos();
        }
        if (key == Grace.STARTER) {
            return (V) GracePeriod.STARTER;
        }
        return key == Grace.KEY ? (V) graceOfCleanUp() : executor().find(key);
    }

    /// The grace period of a task that is being wound down. It begins when clean-up first asks for it, or first waits;
    /// so a task that cleans up without waiting makes none.
    private @Nullable GracePeriod graceOfCleanUp() {
        if (phase() != WINDING_DOWN) {
            return null;
        }
        GracePeriod begun = details().grace();
        if (begun == null) {
            GracePeriod begins = GracePeriod.ofTask(this);
            changeDetails(old -> old.withGrace(begins));
            begun = begins;
        }
        return begun;
    }

    /// The clean-up waits: the end of its grace period wakes the task, and does not count as what it waits for.
    private void limitCleanUp() {
        GracePeriod grace = graceOfCleanUp();
        if (grace != null) {
            armWithoutAsking(grace);
        }
    }

    void armWithoutAsking(GracePeriod grace) {
        byte before = progress;
        grace.arm(waker());
        progress = before;
    }

    @Override
    public boolean hasBudget() {
        if (budget != 0) {
            return true;
        }
        progress |= ASKED;
        notifyTask();
        return false;
    }

    @Override
    public void spendBudget() {
        if (budget != 0) {
            budget--;
        }
    }

    private int unitsLeft() {
        return budget & 0xFF;
    }

    @Override
    public void defer(Waker given) {
        if (given == waker) {
            progress |= ASIDE;
        } else {
            executor().defer(given);
        }
    }

    @Override
    public TaskRef task() {
        return this;
    }

    /// From here on this poll has to ask for the waker again: a scope that has asked for itself wants to know of its
    /// body.
    void forgetAsked() {
        progress &= ~ASKED;
    }

    /// Takes a task that waits as its polling thread does, without polling it; `false` when it does not wait. Until
    /// [#letGo()] no poll begins, and wakes are kept, as in the midst of a poll.
    boolean hold() {
        int now = state;
        return (now & (NOTIFIED | RUNNING | COMPLETE)) == 0 && STATE.compareAndSet(this, now, now | RUNNING);
    }

    /// Ends [#hold()], as the end of a poll does.
    void letGo() {
        int after = (int) STATE.getAndBitwiseAnd(this, ~RUNNING);
        if ((after & NOTIFIED) != 0) {
            executor().schedule(this);
        }
    }

    /// Whether the task itself keeps the waker that it has handed out.
    boolean hasWaker() {
        return waker != null;
    }

    /// Puts `replacement` in the place of the waker that was handed out, for a look at whether anything else reaches
    /// that one. Called by the polling thread while the task is idle.
    @Nullable
    TaskWaker exchangeWaker(@Nullable TaskWaker replacement) {
        TaskWaker before = waker;
        waker = replacement;
        return before;
    }
}
