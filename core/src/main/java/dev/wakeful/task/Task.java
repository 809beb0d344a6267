// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.CancelledException;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.internal.Misuse;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Values;
import dev.wakeful.spi.Grace;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.UnaryOperator;
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
 * transition (RUNNING off, COMPLETE on), after which nobody schedules.
 *
 * A joiner that registers and a task that completes meet as in WakerCell: the joiner writes `joiner`, then reads `state`;
 * completion writes `state`, then swaps `joiner` out.
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
public final class Task<T extends @Nullable Object> implements JoinHandle<T>, Context {
    /// Somebody asked for a poll that has not begun. Set by wakes, cleared by [#run()] alone; means nothing once
    /// COMPLETE.
    private static final int NOTIFIED = 1;

    /// A thread is between the begin and the end of [#run()].
    private static final int RUNNING = 1 << 1;

    /// The task has ended; `outcome` is final. Never cleared.
    private static final int COMPLETE = 1 << 2;

    /// Somebody asked for the end. Set by [#abort], never cleared; a poll that completes all the same wins.
    private static final int ABORTED = 1 << 3;

    /// Set with COMPLETE: the outcome is a throwable.
    private static final int FAILED = 1 << 4;

    /// Set with COMPLETE: the task was wound down and has neither result nor failure.
    private static final int CANCELLED = 1 << 5;

    /// Set after COMPLETE: somebody awaited the task when it ended, or was given its failure since.
    private static final int AWAITED = 1 << 6;

    /// The units of leaf operations in a poll.
    static final int BUDGET = 128;

    /// What a step gives when the future was wound down.
    private static final Object WOUND_DOWN = new Object();

    private static final VarHandle STATE;
    private static final VarHandle JOINER;
    private static final VarHandle DETAILS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Task.class, "state", int.class);
            JOINER = lookup.findVarHandle(Task.class, "joiner", Waker.class);
            DETAILS = lookup.findVarHandle(Task.class, "details", Details.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /*
     * Millions of these exist at once, so fields are few: `home` is the scope of a child and the executor of any other
     * task; `body` is the future until COMPLETE and the outcome from then on; what few tasks have is in `details`.
     */
    private final Object home;
    private final long id;

    /// The link of the scope's list of children; written once before the task is in the list, then by the list's
    /// sweeper.
    volatile @Nullable Task<?> nextSibling;

    /// The link of [TaskQueue]: owned by the queue the task is in, and it is in one at most.
    @Nullable
    Task<?> nextQueued;

    /// The link of [TaskList]: as [#nextSibling], in the list of the executor.
    volatile @Nullable Task<?> nextListed;

    private volatile int state = NOTIFIED;
    private volatile @Nullable Waker joiner;
    private volatile @Nullable Details details;

    // Owned by the polling thread until COMPLETE; the state word orders the rest.
    private @Nullable Object body;
    private @Nullable TaskWaker waker;
    private short budget;
    private boolean wakerAsked;
    private byte phase = NEW;

    // Owned by the one who awaits the handle.
    private byte joinPhase = JOIN_OPEN;

    private static final byte NEW = 0;
    private static final byte STARTED = 1;
    private static final byte WINDING_DOWN = 2;

    private static final byte JOIN_OPEN = 0;
    private static final byte JOIN_TAKEN = 1;
    private static final byte JOIN_GIVEN_UP = 2;

    /// What few tasks have; replaced as a whole.
    private record Details(
            String name,
            @Nullable String reason,
            @Nullable LostWakerException lost,
            @Nullable Grace grace,
            @Nullable Scope<?> scopes) {
        static final Details NONE = new Details("", null, null, null, null);
    }

    /// A task that is not a child of any scope.
    ///
    /// @param executor who polls it
    /// @param name its name, or an empty string
    /// @param future what it runs; must not have been polled
    public Task(TaskExecutor executor, String name, Future<T> future) {
        this((Object) executor, executor.nextTaskId(), name, future);
    }

    Task(Scope<?> scope, String name, Future<T> future) {
        this(scope, scope.executor().nextTaskId(), name, future);
    }

    private Task(Object home, long id, String name, Future<T> future) {
        this.home = home;
        this.id = id;
        this.details = name.isEmpty() ? null : new Details(name, null, null, null, null);
        this.body = future;
    }

    /// Queues the task for its first poll. Called once.
    public void start() {
        executor().started(this);
        executor().schedule(this);
    }

    // ------------------------------------------------------------------------------------------------- waking

    /// Asks for a poll, as the task's waker does.
    public void notifyTask() {
        int before = (int) STATE.getAndBitwiseOr(this, NOTIFIED);
        if ((before & (NOTIFIED | RUNNING | COMPLETE)) == 0) {
            executor().schedule(this);
        }
    }

    @Override
    public void abort(String reason) {
        changeDetails(old -> old.reason == null ? new Details(old.name, reason, old.lost, old.grace, old.scopes) : old);
        int before = (int) STATE.getAndBitwiseOr(this, ABORTED | NOTIFIED);
        if ((before & (NOTIFIED | RUNNING | COMPLETE)) == 0) {
            executor().schedule(this);
        }
    }

    private void changeDetails(UnaryOperator<Details> change) {
        Details old;
        Details changed;
        do {
            old = details;
            changed = change.apply(old == null ? Details.NONE : old);
        } while (changed != old && !DETAILS.compareAndSet(this, old, changed));
    }

    private Details details() {
        Details given = details;
        return given == null ? Details.NONE : given;
    }

    // ------------------------------------------------------------------------------------------------- polling

    /// Polls the task once. Called by the executor, once for each [TaskExecutor#schedule].
    ///
    /// Throws nothing: whatever the future throws ends the task.
    public void run() {
        int before = (int) STATE.getAndBitwiseXor(this, RUNNING | NOTIFIED);
        if ((before & (NOTIFIED | RUNNING)) != NOTIFIED) {
            STATE.getAndBitwiseXor(this, RUNNING | NOTIFIED);
            throw new IllegalStateException(this + " was run without having been scheduled");
        }
        budget = BUDGET;
        wakerAsked = false;
        Object value;
        int kind = 0;
        try {
            value = step((before & ABORTED) != 0);
            kind = value == WOUND_DOWN ? CANCELLED : 0;
        } catch (Throwable failure) {
            value = lostOr(failure);
            kind = FAILED;
        }
        if (value != PENDING) {
            end(kind, value == WOUND_DOWN ? null : value);
            return;
        }
        int after = (int) STATE.getAndBitwiseAnd(this, ~RUNNING);
        if ((after & NOTIFIED) != 0) {
            executor().schedule(this);
        }
    }

    private Throwable lostOr(Throwable failure) {
        LostWakerException lost = details().lost;
        return lost == null ? failure : Throwing.add(lost, failure);
    }

    /// One poll of the future, in whatever phase the task is: its value, `PENDING` or `WOUND_DOWN`.
    private @Nullable Object step(boolean aborted) throws Exception {
        Future<T> future = future();
        if (aborted && phase == NEW) {
            return WOUND_DOWN;
        }
        if (!aborted && phase != WINDING_DOWN) {
            phase = STARTED;
            Object value = future.pollRaw(this);
            if (value != PENDING || wakerAsked) {
                return value;
            }
            setLost(new LostWakerException(Reports.wakerNotAsked(this, future)));
        }
        phase = WINDING_DOWN;
        return windDown(future);
    }

    private Object windDown(Future<T> future) throws Exception {
        wakerAsked = false;
        if (!future.pollCancel(this).isReady()) {
            if (wakerAsked) {
                return PENDING;
            }
            throw new LostWakerException(Reports.wakerNotAsked(this, future));
        }
        LostWakerException lost = details().lost;
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
        changeDetails(old -> new Details(old.name, old.reason, failure, old.grace, old.scopes));
    }

    /// Ends the task because nothing can ever wake it: it is wound down at its next run and then fails with `failure`.
    /// Called while the task is idle, by the thread that polls it.
    ///
    /// @param failure what those who join the task get
    public void endLost(LostWakerException failure) {
        setLost(failure);
        phase = WINDING_DOWN;
        notifyTask();
    }

    private void end(int kind, @Nullable Object result) {
        Scope<?> left = details == null ? null : scopeWithChildren();
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
        Scope<?> scope = details().scopes;
        while (scope != null && !scope.hasChildren()) {
            scope = scope.openedBefore;
        }
        return scope;
    }

    /// Notes that a poll of this task has opened a scope. Those that have ended since are forgotten.
    void opened(Scope<?> scope) {
        Scope<?> before = details().scopes;
        while (before != null && before.hasEnded()) {
            before = before.openedBefore;
        }
        scope.openedBefore = before;
        changeDetails(old -> new Details(old.name, old.reason, old.lost, old.grace, scope));
    }

    private void finish(int kind, @Nullable Object result) {
        body = result; // the machine and what it holds are free before the end is visible
        TaskWaker handedOut = waker;
        waker = null;
        if (handedOut != null) {
            handedOut.cut();
        }
        STATE.getAndBitwiseXor(this, RUNNING | COMPLETE | kind);
        Waker waiting = (Waker) JOINER.getAndSet(this, null);
        try {
            if (waiting != null) {
                STATE.getAndBitwiseOr(this, AWAITED);
                waiting.wake();
            }
        } finally { // a joiner's waker that breaks its contract is not the scope's trouble
            if (home instanceof Scope<?> scope) {
                scope.childEnded(this);
            }
            executor().ended(this);
        }
    }

    // ------------------------------------------------------------------------------------------------- joining

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        Object value = pollRaw(cx);
        return value == PENDING ? Poll.pending() : Poll.ready(Values.of(value));
    }

    @Override
    public @Nullable Object pollRaw(Context cx) throws Exception {
        if (joinPhase != JOIN_OPEN) {
            throw Misuse.polledAfter(
                    joinPhase == JOIN_TAKEN ? "returned Ready" : "been cancelled",
                    this,
                    "use join() for one more await of the task");
        }
        if (pollEnd(cx, this)) {
            joinPhase = JOIN_TAKEN;
            return result();
        }
        return PENDING;
    }

    @Override
    public Poll<@Nullable Void> pollCancel(Context cx) {
        if (joinPhase == JOIN_OPEN) {
            joinPhase = JOIN_GIVEN_UP;
            forgetJoiner(this);
        }
        return Poll.ready(null);
    }

    @Override
    public Future<T> join() {
        return new Join<>(this);
    }

    /// Registers the waker of `cx` for the end of this task, unless it has ended.
    ///
    /// @param who the handle itself or one of its joins; one of them waits at a time
    boolean pollEnd(Context cx, Future<?> who) {
        if ((state & COMPLETE) == 0) {
            Waker waker = who == this ? cx.waker() : new Join.Joiner(who, cx.waker());
            Waker before;
            do {
                before = joiner;
                refuseSecondJoiner(before, who, cx);
            } while (!JOINER.compareAndSet(this, before, waker));
            if ((state & COMPLETE) == 0) {
                return false;
            }
            forgetJoiner(who);
        }
        if (!cx.hasBudget()) {
            return false;
        }
        cx.spendBudget();
        return true;
    }

    private void refuseSecondJoiner(@Nullable Waker before, Future<?> who, Context cx) {
        if (before == null) {
            return;
        }
        Waker waker = before instanceof Join.Joiner other ? other.waker() : before;
        TaskRef first = waker instanceof TaskWaker other ? other.task() : null;
        TaskRef second = cx.task();
        boolean twoTasks = first != null && second != null && first != second;
        if (waiting(before) == who && !twoTasks) {
            return;
        }
        if (first != null && second != null && twoTasks) {
            throw Misuse.secondOwner(first, second, this);
        }
        throw new IllegalStateException("two futures of one handle were polled at the same time: " + this
                + "; use shared() to let several tasks await it");
    }

    private Future<?> waiting(Waker waker) {
        return waker instanceof Join.Joiner other ? other.who() : this;
    }

    void forgetJoiner(Future<?> who) {
        Waker waker = joiner;
        if (waker != null && waiting(waker) == who) {
            JOINER.compareAndSet(this, waker, null);
        }
    }

    /// The outcome of a task that has ended: its value, or what it threw is thrown.
    @Nullable
    Object result() throws Exception {
        int ended = state;
        if ((ended & CANCELLED) != 0) {
            throw new CancelledException(toString(), reason());
        }
        if ((ended & FAILED) != 0 && body instanceof Throwable failure) {
            STATE.getAndBitwiseOr(this, AWAITED);
            throw Throwing.sneak(failure);
        }
        return body;
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
        } else if (phase == WINDING_DOWN) {
            return "winding down";
        } else if ((now & RUNNING) != 0) {
            return "running";
        } else if ((now & NOTIFIED) != 0) {
            return phase == NEW ? "new" : "ready";
        }
        return "waiting";
    }

    /// Whether this task is no child of a scope, so that nobody else observes its failure.
    ///
    /// @return `true` for detached tasks and roots
    public boolean isDetached() {
        return !(home instanceof Scope);
    }

    /// Why the task was asked to end.
    ///
    /// @return the first reason given, or an empty string
    public String reason() {
        String given = details().reason;
        return given == null ? "" : given;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String name() {
        return details().name;
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
        return name.isEmpty() ? "task " + id : "task " + id + " \"" + name + "\"";
    }

    // ------------------------------------------------------------------------------------------------- as context

    @Override
    public Waker waker() {
        wakerAsked = true;
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
        return key == Grace.KEY ? (V) graceOfCleanUp() : executor().find(key);
    }

    /// The grace period of a task that is being wound down. It begins when clean-up first asks for it, which it does
    /// before it first waits; so a task that cleans up without waiting makes none.
    private @Nullable Grace graceOfCleanUp() {
        if (phase != WINDING_DOWN) {
            return null;
        }
        Grace begun = details().grace;
        if (begun == null) {
            boolean asked = wakerAsked;
            @Nullable Grace begins = executor().beginGrace(waker());
            wakerAsked = asked; // the period does not count as what the future waits for
            changeDetails(old -> new Details(old.name, old.reason, old.lost, begins, old.scopes));
            begun = begins;
        }
        return begun;
    }

    /// The grace period that the task's clean-up was given, for the executor to end it.
    ///
    /// @return the period, or `null` when there was none
    public @Nullable Grace grace() {
        return details().grace;
    }

    @Override
    public boolean hasBudget() {
        if (budget > 0) {
            return true;
        }
        wakerAsked = true;
        notifyTask();
        return false;
    }

    @Override
    public void spendBudget() {
        budget--;
    }

    @Override
    public void defer(Waker waker) {
        executor().defer(waker);
    }

    @Override
    public TaskRef task() {
        return this;
    }

    /// From here on this poll has to ask for the waker again: a scope that has asked for itself wants to know of its
    /// body.
    void forgetAsked() {
        wakerAsked = false;
    }

    /// The executor that polls this task.
    TaskExecutor executor() {
        return home instanceof Scope<?> scope ? scope.executor() : (TaskExecutor) home;
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
