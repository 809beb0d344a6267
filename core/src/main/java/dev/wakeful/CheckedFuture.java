// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Misuse;
import dev.wakeful.internal.Sources;
import dev.wakeful.internal.Unpolled;
import dev.wakeful.internal.Values;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A future written by hand that keeps the rules: what to extend where a lambda does not do.
///
/// Subclasses say how to go on ([#advance]) and what to free ([#release]); this class refuses polls after completion,
/// after a cancel, and by a second task, and makes winding down idempotent. Fields of subclasses need not be volatile,
/// since polls never overlap.
///
/// {@snippet class="FutureExamples" region="checked"}
///
/// @param <T> the type of the value
public abstract class CheckedFuture<T extends @Nullable Object> implements Future<T> {
    private static final byte NEW = 0;
    private static final byte STARTED = 1;
    private static final byte CANCELLING = 2;
    private static final byte READY = 3;
    private static final byte FAILED = 4;
    private static final byte CANCELLED = 5;

    /// `NEW`, and watched until the first poll.
    private static final byte UNPOLLED = 6;

    static {
        Unpolled.children(Owned::of);
    }

    private byte state;
    private boolean watched;
    private @Nullable TaskRef owner;

    /// A future that has not been polled.
    protected CheckedFuture() {
        if (Unpolled.isOn() && Unpolled.made(this, Sources.name(getClass()))) {
            state = UNPOLLED;
        }
    }

    /// A future that may be left without a poll.
    ///
    /// @param why not used; tells this constructor from the other
    CheckedFuture(Unneeded why) {}

    /// Why a future may be left without a poll.
    enum Unneeded {
        /// It is only a value.
        CONSTANT
    }

    /// Goes on as far as possible without blocking; called once for each poll until it completes.
    ///
    /// @param cx the surroundings of this poll
    /// @return the value, or [Future#PENDING]
    /// @throws Exception the failure of the future
    protected abstract @Nullable Object advance(Context cx) throws Exception;

    /// Frees what a started, incomplete future holds; called by each [#pollCancel] until it returns `true` or throws.
    /// By default there is nothing to free.
    ///
    /// @param cx the surroundings of this poll
    /// @return whether everything is freed; `false` when the waker of `cx` will be woken
    /// @throws Exception a failure of the clean-up
    protected boolean release(Context cx) throws Exception {
        return true;
    }

    @Override
    public final Poll<T> poll(Context cx) throws Exception {
        Object value = pollRaw(cx);
        return value == PENDING ? Poll.pending() : Poll.ready(Values.of(value));
    }

    @Override
    public final @Nullable Object pollRaw(Context cx) throws Exception {
        boolean first = state != STARTED;
        if (first) {
            start(cx);
        } else if (owner != cx.task()) {
            checkOwner(cx);
        }
        boolean returned = false;
        try {
            Object value = advance(cx);
            returned = true;
            if (value != PENDING) {
                ended(READY);
            } else if (first && owner != null && Begun.watches(owner.id())) {
                watched = watch(this, cx);
            }
            return value;
        } finally {
            if (!returned) {
                ended(FAILED);
            }
        }
    }

    private void ended(byte last) {
        state = last;
        if (watched) {
            watched = false;
            Begun.remove(this);
        }
    }

    /// Watches a future until [Begun#remove], if there is somebody to tell of it.
    static boolean watch(Future<?> begun, Context cx) {
        Consumer<Report> reports = cx.find(Report.KEY);
        if (reports != null) {
            Begun.add(begun, Descriptions.label(begun), reports, CheckedFuture::abandoned);
        }
        return reports != null;
    }

    private static Report abandoned(String what) {
        return new Report(
                "abandoned-future",
                what + " was polled and then forgotten, so it keeps what it holds; await it to its end, or call"
                        + " pollCancel until it is ready",
                null);
    }

    private void start(Context cx) {
        if (state == UNPOLLED) {
            state = NEW;
            Unpolled.polled(this);
        }
        String past = switch (state) {
            case NEW -> null;
            case READY -> "returned Ready";
            case FAILED -> "failed";
            default -> "been cancelled";
        };
        if (past != null) {
            throw Misuse.polledAfter(past, this);
        }
        state = STARTED;
        owner = cx.task();
    }

    private void checkOwner(Context cx) {
        TaskRef first = owner;
        TaskRef poller = cx.task();
        if (first == null || poller == null || cx.find(Context.HANDED_OVER) != null) {
            owner = poller; // by hand there is nobody to tell apart
            return;
        }
        throw Misuse.secondOwner(first, poller, this);
    }

    @Override
    public final Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
        if (state == UNPOLLED) {
            Unpolled.polled(this);
        }
        if (state == NEW || state == UNPOLLED || state == CANCELLED) {
            state = CANCELLED;
            return Poll.ready(null);
        }
        if (state == READY || state == FAILED) {
            return Poll.ready(null);
        }
        state = CANCELLING;
        boolean returned = false;
        boolean freed = false;
        try {
            freed = release(cx);
            returned = true;
        } finally {
            if (!returned || freed) {
                ended(CANCELLED);
            }
        }
        return freed ? Poll.ready(null) : Poll.pending();
    }

    /// Makes a future new again that is complete or was wound down, for the few that are handed out more than once, as
    /// a timer that is reset. Called by its owner, when nobody awaits it.
    protected final void renew() {
        state = NEW;
        owner = null;
    }

    /// Whether the future was polled and is neither complete nor being wound down.
    ///
    /// @return `true` between the first poll and the last
    protected final boolean isStarted() {
        return state == STARTED;
    }

    @Override
    public String toString() {
        return Descriptions.label(this);
    }
}
