// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.WindingDown;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A word that can be given once, "stop", and a tree of those who listen: cancelling a token cancels its children, and
/// theirs.
///
/// Inside a task scope prefer to cancel the scope, which also waits for the clean-up. A token is for what is not a
/// task, or for stopping softly.
///
/// ### Memory consistency
///
/// Actions before a cancel happen-before what follows seeing it.
public final class CancellationToken extends RoundGate implements AutoCloseable {
    private static final long CANCELLED = 1 << 2;

    private final @Nullable CancellationToken parent;

    /// Written under the guard before CANCELLED is.
    private @Nullable String reason;

    /// The children, linked through themselves. Under the guard of the parent.
    private @Nullable CancellationToken firstChild;

    private @Nullable CancellationToken previousSibling;
    private @Nullable CancellationToken nextSibling;
    private boolean linked;

    /// A token without a parent.
    public CancellationToken() {
        this(null);
    }

    private CancellationToken(@Nullable CancellationToken parent) {
        super(0);
        this.parent = parent;
    }

    /// Makes a token that is cancelled with this one, and can be cancelled before. This token keeps it until one of
    /// them is cancelled or the child is closed.
    ///
    /// @return the child; cancelled when this token is
    public CancellationToken child() {
        var child = new CancellationToken(this);
        long seen = enter();
        boolean cancelled = passes(seen);
        if (!cancelled) {
            link(child);
        }
        leave(seen);
        if (cancelled) {
            child.cancel(reason());
        }
        return child;
    }

    /// Cancels this token and all below it. The first reason counts.
    ///
    /// @param reason who asks, and why
    public void cancel(String reason) {
        Objects.requireNonNull(reason, "reason must not be null");
        var open = new ArrayDeque<CancellationToken>();
        open.add(this);
        for (CancellationToken next = open.poll(); next != null; next = open.poll()) {
            next.cancelThis(reason);
            for (CancellationToken child = next.unlinkFirst(); child != null; child = next.unlinkFirst()) {
                open.add(child);
            }
        }
        close();
    }

    private void cancelThis(String given) {
        long seen = enter();
        if (passes(seen)) {
            leave(seen);
        } else {
            reason = given;
            endRound(seen | CANCELLED);
        }
    }

    /// Whether it was cancelled.
    ///
    /// @return `true` from then on
    public boolean isCancelled() {
        return passes(word);
    }

    /// Why it was cancelled.
    ///
    /// @return the reason, or an empty string while it is not
    public String reason() {
        String given = isCancelled() ? reason : null;
        return given == null ? "" : given;
    }

    /// Waits until it is cancelled.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future of the reason
    public Future<String> cancelled() {
        return new Wait(this);
    }

    /// Waits on the calling thread until it is cancelled. Not for use inside a task.
    ///
    /// @return the reason
    /// @throws InterruptedException when the thread was interrupted while it waited
    public String cancelledBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(cancelled());
    }

    /// Runs a future until it is complete or this token is cancelled; in that case the future is wound down first.
    ///
    /// ### Cancel safety
    ///
    /// As the future (class F).
    ///
    /// @param <T> the type of the value
    /// @param future what to run; it must not give `null`
    /// @return a future of the value, or of nothing when the token was cancelled
    public <T> Future<Optional<T>> runUntilCancelled(Future<T> future) {
        return new Run<>(this, Objects.requireNonNull(future, "future must not be null"));
    }

    /// Runs a future on the calling thread until it is complete or this token is cancelled; in that case the future is
    /// wound down first. Not for use inside a task.
    ///
    /// @param <T> the type of the value
    /// @param future what to run; it must not give `null`
    /// @return the value, or nothing when the token was cancelled
    /// @throws InterruptedException when the thread was interrupted while it waited; the future is wound down then
    /// @throws Exception the failure of the future
    public <T> Optional<T> runUntilCancelledBlocking(Future<T> future) throws Exception {
        return Blocking.await(runUntilCancelled(future));
    }

    /// Takes this token out of its parent, which then no longer keeps or cancels it. Waits for it stay.
    @Override
    public void close() {
        if (parent != null) {
            long seen = parent.enter();
            if (linked) {
                parent.unlink(this);
            }
            parent.leave(seen);
        }
    }

    /// Under the guard.
    private void link(CancellationToken child) {
        CancellationToken second = firstChild;
        child.nextSibling = second;
        if (second != null) {
            second.previousSibling = child;
        }
        firstChild = child;
        child.linked = true;
    }

    /// Under the guard.
    private void unlink(CancellationToken child) {
        CancellationToken before = child.previousSibling;
        CancellationToken after = child.nextSibling;
        if (before == null) {
            firstChild = after;
        } else {
            before.nextSibling = after;
        }
        if (after != null) {
            after.previousSibling = before;
        }
        child.previousSibling = null;
        child.nextSibling = null;
        child.linked = false;
    }

    private @Nullable CancellationToken unlinkFirst() {
        long seen = enter();
        CancellationToken child = firstChild;
        if (child != null) {
            unlink(child);
        }
        leave(seen);
        return child;
    }

    @Override
    boolean passes(long word) {
        return (word & CANCELLED) != 0;
    }

    @Override
    public String toString() {
        return "CancellationToken[" + (isCancelled() ? "cancelled: " + reason() : "open") + "]";
    }

    private static final class Wait extends RoundWaiter<String> {
        private final CancellationToken token;

        Wait(CancellationToken token) {
            super(token);
            this.token = token;
        }

        @Override
        Object value() {
            return token.reason();
        }

        @Override
        public void describe(Description to) {
            describe(to, "CancellationToken.cancelled", "a cancel of the token");
        }
    }

    private static final class Run<T> extends CheckedFuture<Optional<T>> {
        private final Future<T> inner;
        private final Future<String> cancelled;
        private @Nullable WindingDown stopping;

        Run(CancellationToken token, Future<T> inner) {
            this.inner = inner;
            this.cancelled = token.cancelled();
        }

        @Override
        @SuppressWarnings("unchecked") // what is not PENDING is a T
        protected @Nullable Object advance(Context cx) throws Exception {
            if (stopping == null) {
                Object value;
                boolean failed = true;
                try {
                    value = inner.pollRaw(cx);
                    failed = false;
                } finally {
                    if (failed) {
                        cancelled.pollCancel(cx);
                    }
                }
                if (value != PENDING) {
                    cancelled.pollCancel(cx);
                    return Optional.of((T) Objects.requireNonNull(value, "the future must not give null"));
                }
                if (cancelled.pollRaw(cx) == PENDING) {
                    return PENDING;
                }
                stopping = new WindingDown();
            }
            return stopping.cancel(inner, cx) ? Optional.empty() : PENDING;
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            cancelled.pollCancel(cx);
            return stopping == null ? inner.pollCancel(cx).isReady() : stopping.cancel(inner, cx);
        }

        @Override
        public void describe(Description to) {
            to.label("CancellationToken.runUntilCancelled");
            to.child(inner);
            if (stopping == null) {
                to.child(cancelled);
            }
        }
    }
}
