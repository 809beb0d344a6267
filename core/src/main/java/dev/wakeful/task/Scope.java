// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.CancelledException;
import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.TaskScope;
import dev.wakeful.WakerCell;
import dev.wakeful.internal.Throwing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * Why no child is missed and no end is lost.
 *
 * `live` counts the children that have not ended; ENDED (-1) says that there will be none. A spawn adds one unless it finds
 * ENDED; the end of the scope is the one step 0 -> ENDED. So a child is either counted before the end, which then waits for
 * it, or refused.
 *
 *   spawning thread                    cancelling thread
 *   S1  put the child in the list      C1  cancelled = reason
 *   S2  read cancelled: abort child    C2  walk the list: abort each
 *
 * S1 and C1 are volatile writes, S2 and C2 volatile reads: whichever of S1 and C1 is second, its thread sees the other's
 * write and aborts the child. Both may; aborting twice is once.
 *
 *   ending child                       owner
 *   E1  failure recorded, live -= 1    O1  owner cell: register
 *   E2  owner cell: wake               O2  read cancelled and live
 *
 * That is WakerCell's argument.
 */

/// The scope of a task: polls its body in place, counts its children, and ends when both have ended.
final class Scope<T extends @Nullable Object> extends CheckedFuture<T> implements TaskScope {
    static final Opener OPENER = new Opener() {
        @Override
        public <T extends @Nullable Object> Future<T> open(
                Policy policy, Function<TaskScope, Future<T>> body, Context cx) {
            if (cx.task() instanceof Task<?> owner) {
                var scope = new Scope<>(owner, policy, body);
                owner.opened(scope);
                return scope;
            }
            throw new IllegalStateException("a scope is opened by a task, but was polled with " + cx);
        }
    };

    /// There are no children and there will be none.
    private static final int ENDED = -1;

    private static final VarHandle LIVE;
    private static final VarHandle CHILDREN;

    static {
        try {
            var lookup = MethodHandles.lookup();
            LIVE = lookup.findVarHandle(Scope.class, "live", int.class);
            CHILDREN = lookup.findVarHandle(Scope.class, "children", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Task<?> owner;
    private final TaskExecutor executor;
    private final Policy policy;
    private final Future<T> body;
    private final WakerCell ownerCell = new WakerCell();
    private final AtomicReference<@Nullable String> cancelled = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean sweeping = new AtomicBoolean();

    private volatile int live;
    private volatile @Nullable Task<?> children;
    private final AtomicInteger endedSinceSweep = new AtomicInteger();

    /// The link of the owner's list of the scopes that it opened and that may not have ended.
    @Nullable
    Scope<?> openedBefore;

    // Touched by the polls of the owner only.
    private boolean bodyEnded;
    private boolean bodyGaveValue;
    private @Nullable CancelledException bodyCancelled;
    private @Nullable Object value;

    Scope(Task<?> owner, Policy policy, Function<TaskScope, Future<T>> body) {
        this.owner = owner;
        this.executor = owner.executor();
        this.policy = policy;
        this.body = body.apply(this);
    }

    // ------------------------------------------------------------------------------------------------- children

    @Override
    public <R extends @Nullable Object> JoinHandle<R> spawn(String name, Future<R> future) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(future, "future must not be null");
        admit();
        var child = new Task<>(this, name, future);
        link(child);
        String reason = cancelled.get();
        if (reason != null) {
            child.abort(reason);
        }
        child.start();
        return child;
    }

    /// The executor of the owner, and so of the children.
    TaskExecutor executor() {
        return executor;
    }

    /// Whether a child has not ended.
    boolean hasChildren() {
        return live > 0;
    }

    /// Whether body and children have ended.
    boolean hasEnded() {
        return live == ENDED;
    }

    /// The head of the list of children, which may have ended.
    @Nullable
    Task<?> firstChild() {
        return children;
    }

    private void admit() {
        int count;
        do {
            count = live;
            if (count == ENDED) {
                throw new IllegalStateException("the scope of " + owner
                        + " has ended and takes no more children; spawn while its body or a child still runs");
            }
        } while (!LIVE.compareAndSet(this, count, count + 1));
    }

    private void link(Task<?> child) {
        Task<?> head;
        do {
            head = children;
            child.nextSibling = head;
        } while (!CHILDREN.compareAndSet(this, head, child));
    }

    /// A child has ended. Called once for each, on the thread that polled it.
    void childEnded(Task<?> child) {
        Throwable thrown = child.failure();
        if (thrown != null) {
            if (policy == Policy.FAIL_FAST) {
                fail(thrown, child.toString());
            } else if (!child.wasAwaited() && !(thrown instanceof CancelledException)) {
                executor.unobserved(child, thrown);
            }
        }
        boolean last = (int) LIVE.getAndAdd(this, -1) == 1;
        sweepAtTimes();
        if (last) { // a failure has woken the owner already, and nothing else of a child concerns it
            ownerCell.wake();
        }
    }

    /// Takes ended children out of the list, one thread at a time, as often as keeps the list within twice the live
    /// ones.
    ///
    /// New children come in at the head only, so the links behind the head are the sweeper's.
    private void sweepAtTimes() {
        int ended = endedSinceSweep.incrementAndGet();
        if (ended < 32 || ended < live || !sweeping.compareAndSet(false, true)) {
            return;
        }
        endedSinceSweep.set(0);
        for (Task<?> kept = children; kept != null; kept = kept.nextSibling) {
            Task<?> next = kept.nextSibling;
            while (next != null && next.isFinished()) {
                next = next.nextSibling;
            }
            kept.nextSibling = next;
        }
        sweeping.set(false);
    }

    // ------------------------------------------------------------------------------------------------- ending

    @Override
    public void cancel(String reason) {
        if (!cancelled.compareAndSet(null, Objects.requireNonNull(reason, "reason must not be null"))) {
            return;
        }
        for (Task<?> child = children; child != null; child = child.nextSibling) {
            child.abort(reason);
        }
        ownerCell.wake();
    }

    @Override
    public boolean isCancelled() {
        return cancelled.get() != null;
    }

    private void fail(Throwable thrown, String who) {
        if (thrown instanceof CancelledException) {
            return; // an outcome, not a failure: somebody awaited a task that was cancelled
        }
        Throwable first = failure.compareAndExchange(null, thrown);
        if (first != null) {
            Throwing.add(first, thrown);
        }
        cancel(who + " failed: " + thrown);
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        if (!ended(cx)) {
            return PENDING;
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw Throwing.sneak(thrown);
        }
        if (bodyCancelled != null) {
            throw bodyCancelled;
        }
        if (!bodyGaveValue) {
            throw new CancelledException("the scope of " + owner, Objects.requireNonNullElse(cancelled.get(), ""));
        }
        return value;
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        cancel(owner.reason().isEmpty() ? "its owner gave up" : owner.reason());
        if (!ended(cx)) {
            return false;
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw Throwing.sneak(thrown);
        }
        return true;
    }

    /// Goes on with the body and says whether body and children have ended.
    private boolean ended(Context cx) {
        ownerCell.register(cx.waker());
        if (!bodyEnded && !isCancelled()) {
            pollBody(cx);
        }
        if (!bodyEnded && isCancelled()) { // also when the poll just now was what cancelled
            windDownBody(cx);
        }
        if (!bodyEnded) {
            return false;
        }
        cx.waker(); // the children's end wakes it
        return live == ENDED || LIVE.compareAndSet(this, 0, ENDED);
    }

    private void pollBody(Context cx) {
        forgetAsked(cx);
        try {
            Object polled = body.pollRaw(cx);
            if (polled != PENDING) {
                bodyEnded = true;
                bodyGaveValue = true;
                value = polled;
            }
        } catch (CancelledException outcome) { // the body awaited a task that was cancelled: no failure, but its end
            bodyEnded = true;
            bodyCancelled = outcome;
            cancel("the body ended as cancelled: " + outcome.reason());
        } catch (Throwable thrown) {
            bodyEnded = true;
            fail(thrown, "the body");
        }
    }

    /// The scope has asked for the waker itself; only what the body asks for says whether the body can ever go on.
    /// Under another context, of a join or of those who share a future, that is the business of whoever made it.
    private void forgetAsked(Context cx) {
        if (cx == owner) {
            owner.forgetAsked();
        }
    }

    private void windDownBody(Context cx) {
        forgetAsked(cx);
        try {
            bodyEnded = body.pollCancel(cx).isReady();
        } catch (Throwable thrown) {
            bodyEnded = true;
            fail(thrown, "the body");
        }
    }

    // ------------------------------------------------------------------------------------------------- looking

    @Override
    public void describe(Description to) {
        String reason = cancelled.get();
        int running = Math.max(live, 0);
        to.label("TaskScope[children=" + running + (reason == null ? "" : ", cancelled: " + reason) + "]");
        if (!bodyEnded) {
            to.child(body);
        }
        for (Task<?> child = children; child != null; child = child.nextSibling) {
            if (!child.isFinished()) {
                to.child(child);
            }
        }
    }
}
