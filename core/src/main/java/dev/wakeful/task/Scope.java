// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.CancelledException;
import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Grace;
import dev.wakeful.JoinHandle;
import dev.wakeful.JoinPolicy;
import dev.wakeful.ScopeOptions;
import dev.wakeful.TaskScope;
import dev.wakeful.TimeoutException;
import dev.wakeful.WakerCell;
import dev.wakeful.internal.Failures;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Words;
import dev.wakeful.spi.Deadline;
import dev.wakeful.spi.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * Why no child is missed and no end is lost.
 *
 * A child is either counted before the end of the scope, which then waits for it, or refused (Children).
 *
 *   spawning thread                    cancelling thread
 *   S1  put the child in the list      C1  cancelled = reason
 *   S2  read cancelled: abort child    C2  walk the list: abort each
 *
 * S1 and C1 are volatile writes, S2 and C2 volatile reads: whichever of S1 and C1 is second, its thread sees the other's
 * write and aborts the child. Both may; aborting twice is once.
 *
 *   ending child                       owner
 *   E1  failure recorded, end queued   O1  owner cell: register
 *       for the policy, counted down   O2  read cancelled, the queue and the count
 *   E2  owner cell: wake
 *
 * That is WakerCell's argument. The queue is looked at once more after the last child is gone, which is after every E1.
 */

/// The scope of a task: polls its body in place, counts its children, and ends when both have ended.
final class Scope<T extends @Nullable Object> extends CheckedFuture<T> implements TaskScope {
    static final Opener OPENER = new Opener() {
        @Override
        public <T extends @Nullable Object> Future<T> open(
                ScopeOptions options, Function<TaskScope, Future<T>> body, Context cx) {
            return opened(options, null, body, cx);
        }

        @Override
        public <T extends @Nullable Object, R extends @Nullable Object> Future<R> join(
                ScopeOptions options,
                JoinPolicy<T, R> policy,
                Function<TaskScope, ? extends Future<?>> body,
                Context cx) {
            return opened(options, new Joining<>(policy), body, cx);
        }
    };

    private static final VarHandle GRACE_END;

    static {
        try {
            GRACE_END = MethodHandles.lookup().findVarHandle(Scope.class, "graceEndNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Task<?> owner;
    private final TaskExecutor executor;
    private final ScopeOptions options;
    private final ScopeBody body;
    private final @Nullable Joining<?, T> joining;
    private final @Nullable ScopeDeadline ownDeadline;
    private final @Nullable Deadline deadline;
    private final WakerCell ownerCell = new WakerCell();
    private final AtomicReference<@Nullable String> cancelled = new AtomicReference<>();
    private final AtomicReference<@Nullable Failures> failure = new AtomicReference<>();
    private final Children children = new Children();
    private final long graceNanos;

    /// A child has failed that nobody had awaited; written before that one is counted down, or by the owner.
    private volatile boolean hasUnread;

    /// When the clean-up of all that is in the scope ends; comes nearer only.
    private volatile long graceEndNanos = Long.MAX_VALUE;

    /// The link of the owner's list of the scopes that it opened and that may not have ended.
    @Nullable
    Scope<?> openedBefore;

    /// Cancelled because only children in the background were left. Touched by the polls of the owner only.
    private boolean closing;

    private Scope(
            Task<?> owner,
            ScopeOptions options,
            @Nullable Joining<?, T> joining,
            Function<TaskScope, ? extends Future<?>> body,
            Context cx) {
        this.owner = owner;
        this.executor = owner.executorOfChildren();
        this.options = options;
        this.joining = joining;
        this.ownDeadline = ScopeDeadline.of(options, cx);
        this.deadline = (ownDeadline == null ? cx : ownDeadline.nest(cx)).find(Deadline.KEY);
        this.graceNanos = graceNanos(options, cx, executor);
        this.body = new ScopeBody(this, owner, begin(body));
    }

    /// What the body spawns is found through the owner, so that one is told before.
    private Future<?> begin(Function<TaskScope, ? extends Future<?>> body) {
        owner.opened(this);
        boolean begun = false;
        try {
            Future<?> made = body.apply(this);
            begun = true;
            return made;
        } finally {
            if (!begun) {
                children.end();
            }
        }
    }

    private static long graceNanos(ScopeOptions options, Context cx, TaskExecutor executor) {
        if (options.grace() != null) {
            return ScopeDeadline.clamped(options.grace());
        }
        Long enclosing = cx.find(GracePeriod.LENGTH);
        return enclosing == null ? executor.graceNanos() : enclosing;
    }

    private static <T extends @Nullable Object> Future<T> opened(
            ScopeOptions options,
            @Nullable Joining<?, T> joining,
            Function<TaskScope, ? extends Future<?>> body,
            Context cx) {
        if (cx.task() instanceof Task<?> owner) {
            return new Scope<>(owner, options, joining, body, cx);
        }
        throw new IllegalStateException("a scope is opened by a task, but was polled with " + cx);
    }

    // ------------------------------------------------------------------------------------------------- children

    @Override
    public <R extends @Nullable Object> JoinHandle<R> spawn(String name, Future<R> future) {
        return spawn(name, future, false);
    }

    @Override
    public <R extends @Nullable Object> JoinHandle<R> spawnBackground(String name, Future<R> future) {
        return spawn(name, future, true);
    }

    private <R extends @Nullable Object> JoinHandle<R> spawn(String name, Future<R> future, boolean background) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(future, "future must not be null");
        var child = new Task<>(this, name, future, background);
        child.start();
        return child;
    }

    @Override
    public <R extends @Nullable Object> JoinHandle<R> spawnLocal(String name, Future<R> future) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(future, "future must not be null");
        var home = new Confined(this, executor.ofThisThread());
        var child = new Task<>(home, name, future);
        child.start();
        return child;
    }

    /// Takes a child that is about to begin.
    void admit(Task<?> child) {
        if (!children.admit(child)) {
            throw new IllegalStateException(
                    label() + " has ended and takes no more children; spawn while its body or a child still runs");
        }
    }

    /// The step after that: see above.
    void abortIfCancelled(Task<?> child) {
        String reason = cancelled.get();
        if (reason != null) {
            child.abort(reason);
        }
    }

    /// The executor of the owner, and so of the children.
    TaskExecutor executor() {
        return executor;
    }

    /// The earliest deadline of what runs inside.
    @Nullable
    Deadline deadline() {
        return deadline;
    }

    /// How long clean-up may take in here.
    long graceNanos() {
        return graceNanos;
    }

    /// When it ends, once the scope was cancelled.
    long graceEndNanos() {
        return graceEndNanos;
    }

    /// Whether a child has not ended.
    boolean hasChildren() {
        return children.isAnyLeft();
    }

    /// Whether body and children have ended.
    boolean hasEnded() {
        return children.hasEnded();
    }

    /// Whether the task that opened it has ended, so that the scope is found no more through that one.
    boolean hasLostOpener() {
        return owner.isFinished();
    }

    /// The children that have not ended, and some that have.
    LinkedTasks children() {
        return children.list();
    }

    /// A child has ended. Called once for each, on the thread that polled it.
    void childEnded(Task<?> child) {
        Throwable thrown = child.failure();
        if (joining != null) {
            joining.add(child);
        } else if (thrown != null && options.policy() == Policy.FAIL_FAST) {
            fail(child, thrown);
        } else if (thrown != null && !child.wasAwaited() && !(thrown instanceof CancelledException)) {
            unread(child, thrown);
        }
        boolean isLast = children.countEnded(child);
        if (joining != null || isLast) { // a failure has woken the owner already; no other end concerns it
            ownerCell.wake();
        }
    }

    // ------------------------------------------------------------------------------------------------- ending

    @Override
    public void cancel(String reason) {
        if (!cancelled.compareAndSet(null, Objects.requireNonNull(reason, "reason must not be null"))) {
            return;
        }
        beginGrace();
        for (Task<?> child : children.live()) {
            child.abort(reason);
        }
        ownerCell.wake();
    }

    private void beginGrace() {
        Timer timer = executor.find(Timer.KEY);
        if (timer != null) {
            endGraceBy(Timer.after(timer.nanos(), graceNanos));
        }
    }

    private void endGraceBy(long nanos) {
        long before;
        do {
            before = graceEndNanos;
        } while (nanos < before && !GRACE_END.compareAndSet(this, before, nanos));
    }

    /// Something around the scope is cancelled too: its period may end earlier.
    private void limitGrace(@Nullable Grace enclosing) {
        if (enclosing == null || enclosing.endNanos() >= graceEndNanos) {
            return;
        }
        endGraceBy(enclosing.endNanos());
        for (Task<?> child : children.live()) {
            child.notifyTask(); // waits for the later end
        }
    }

    @Override
    public boolean isCancelled() {
        return cancelled.get() != null;
    }

    /// The scope fails, with the first of such failures.
    private void fail(Throwable thrown, String reason) {
        if (thrown instanceof CancelledException) {
            return; // an outcome, not a failure: somebody awaited a task that was cancelled
        }
        Failures sofar = failure.get();
        if (sofar == null) {
            sofar = failure.compareAndExchange(null, new Failures(thrown));
        }
        if (sofar != null) {
            sofar.add(thrown);
        }
        cancel(reason);
    }

    void fail(Object who, Throwable thrown) {
        fail(thrown, who + " failed: " + Words.of(thrown));
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        if (!ended(cx)) {
            return PENDING;
        }
        Failures failures = failure.get();
        if (failures != null) {
            JoinTrace.goOnOnce(failures.first());
            throw Throwing.sneak(failures.first());
        }
        if (joining != null && joining.isDecided()) {
            return joining.result();
        }
        CancelledException outcome = body.outcome();
        if (outcome != null) {
            throw outcome;
        }
        boolean cancelledFromOutside = cancelled.get() != null && !closing;
        if (!body.gaveValue() || (joining != null && cancelledFromOutside)) {
            throw new CancelledException(label(), Objects.requireNonNullElse(cancelled.get(), ""));
        }
        return joining == null ? body.value() : joining.result();
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        cancel(owner.reason().isEmpty() ? "its owner gave up" : owner.reason());
        limitGrace(cx.find(Grace.KEY));
        if (!ended(cx)) {
            return false;
        }
        Failures failures = failure.get();
        if (failures != null) {
            throw Throwing.sneak(failures.first());
        }
        return true;
    }

    /// Goes on with the body and says whether body and children have ended.
    private boolean ended(Context cx) {
        ownerCell.register(cx.waker());
        if (ownDeadline != null) {
            ownDeadline.arm(cx.waker()); // before the body, so that the body's own asking for the waker is seen
        }
        if (!isCancelled()) {
            body.poll(cx);
        }
        judge();
        lookAtDeadline();
        if (isCancelled()) { // also when the poll just now was what cancelled
            body.windDown(cx);
        }
        if (!body.hasEnded()) {
            return false;
        }
        cx.waker(); // the children's end wakes it
        if (!isLastGone()) {
            return false;
        }
        judge();
        if (hasUnread) {
            hasUnread = false;
            executor.scopeEnded(this);
        }
        return true;
    }

    /// Whether no child is left, now and for ever. Those in the background are cancelled when only they are left.
    private boolean isLastGone() {
        if (children.areAllInBackground() && !isCancelled()) {
            closing = true;
            cancel("only children in the background were left");
        }
        return children.end();
    }

    private void judge() {
        if (joining == null) {
            return;
        }
        try {
            if (joining.judge(this)) {
                cancel("the policy of the scope needs no more");
            }
        } catch (Throwable thrown) {
            fail("the policy of the scope", thrown);
        }
    }

    private void lookAtDeadline() {
        if (ownDeadline == null) {
            return;
        }
        if (isCancelled() || (body.hasEnded() && !children.isAnyLeft())) {
            ownDeadline.end();
        } else if (ownDeadline.isPast()) {
            ownDeadline.end();
            TimeoutException passed = ownDeadline.failure(label());
            fail(passed, label() + " has timed out");
        }
    }

    /// A child has failed that the policy was told of. When it was not the policy that had it cancelled, the failure is
    /// one of clean-up, and the scope says so.
    void judged(Task<?> child, Throwable thrown, boolean report) {
        boolean stoppedFromOutside = isCancelled() && !closing && joining != null && !joining.isDecided();
        if (stoppedFromOutside) {
            fail(child, thrown);
        } else if (report) {
            unread(child, thrown);
        }
    }

    /// Whoever awaits the child may get the failure yet, until the scope ends.
    private void unread(Task<?> child, Throwable thrown) {
        hasUnread = true;
        executor.unread(child, thrown, this);
    }

    /// Whether the contexts inside differ from those around it.
    boolean offersOfItsOwn() {
        return ownDeadline != null || options.grace() != null;
    }

    /// The context inside for one around it.
    Context nest(Context cx) {
        Context made = ownDeadline == null ? cx : ownDeadline.nest(cx);
        return options.grace() == null ? made : made.with(GracePeriod.LENGTH, graceNanos);
    }

    // ------------------------------------------------------------------------------------------------- looking

    private String label() {
        return options.name().isEmpty()
                ? "the scope of " + owner
                : "the scope \"" + Words.inLine(options.name()) + "\" of " + owner;
    }

    @Override
    public void describe(Description to) {
        to.label(text());
        body.describe(to);
        for (Task<?> child : children.live()) {
            if (child.id != 0) { // it has begun
                to.child(child);
            }
        }
    }

    private String text() {
        String reason = cancelled.get();
        return "TaskScope[" + (options.name().isEmpty() ? "" : Words.inLine(options.name()) + ", ") + children.count()
                + (reason == null ? "]" : ", cancelled: " + reason + "]");
    }
}
