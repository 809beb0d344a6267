// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Grace;
import dev.wakeful.Poll;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Misuse;
import dev.wakeful.internal.Throwing;
import dev.wakeful.internal.Unpolled;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a compiled async block is: its resume state, the one future it awaits, and in the generated subclass the fields
/// for what lives across an await. The body stays in the class it was written in; [#step] calls it.
///
/// ```
///          poll            value / throw
///   NEW ─────────▶ STARTED ─────────────▶ READY / FAILED
///    │                │ pollCancel
///    │                ▼
///    │             INNER    the awaited future is wound down
///    │                │
///    │                ▼
///    │             UNWINDING  the body runs from its await with a signal: `finally` blocks, which may await
///    │                │   ▲ │ the grace period is over: the awaited future of the clean-up is wound down (CUTTING)
///    ▼                ▼   └─┘
///   CANCELLED ◀───────┘
/// ```
///
/// A block that is awaited where it is made needs no machine before it suspends: its body is called without one, makes
/// it then, and returns it in the state `OWNED`, as started. The await is the only one to know it, and calls the body
/// again until it returns something else; all other methods take it for a started machine.
///
/// Polls never overlap, so the fields need not be volatile; [#describe] may see values that are not quite current.
///
/// @param <T> the type of the value
public abstract class Machine<T extends @Nullable Object> implements Future<T> {
    private static final byte NEW = 0;
    private static final byte STARTED = 1;
    private static final byte RUNNING = 2;
    private static final byte INNER = 3;
    private static final byte UNWINDING = 4;
    private static final byte CUTTING = 5;
    private static final byte READY = 6;
    private static final byte FAILED = 7;
    private static final byte CANCELLED = 8;
    private static final byte OWNED = 9;

    /// `NEW`, and watched until the first poll.
    private static final byte UNPOLLED = 10;

    /*
     * Millions of these exist at once: with the header of an object these fields take 24 bytes, and each one more would take
     * eight. A body has fewer awaits than a short can count, since its code is 64 KB at most.
     */

    /// Where the body goes on: 0 at its start, else the number of the await it is suspended at.
    public short state;

    /// What the body awaits while it is suspended.
    public @Nullable Future<?> awaited;

    private byte phase;
    private boolean watched;

    /// The [TaskRef] that polls the machine from its first suspension on; the [Cleanup] while it is `UNWINDING` or
    /// `CUTTING`, when nobody asks for the owner any more.
    private @Nullable Object owner;

    /// A machine that has not been polled.
    protected Machine() {}

    /// Called on a machine that is given out as a future.
    public final void made() {
        if (Unpolled.isOn() && Unpolled.made(this, Sites.label(sites()))) {
            phase = UNPOLLED;
        }
    }

    private void polled() {
        phase = NEW;
        Begun.remove(this); // before its first poll it has no children
    }

    private static Report abandoned(String what) {
        return new Report(
                "abandoned-future",
                what + " was polled and then forgotten, so it neither ends nor cleans up; await it to its end, or call"
                        + " pollCancel until it is ready",
                null);
    }

    /// Where a block stands and the await it was first suspended at; text only when somebody asks.
    private record Place(String sites, int state) {
        @Override
        public String toString() {
            return Sites.label(sites) + ", suspended at " + Sites.site(sites, state) + ",";
        }
    }

    private void watch(Context cx) {
        Consumer<Report> reports = cx.find(Report.KEY);
        if (reports != null) {
            watched = true;
            Begun.add(this, new Place(sites(), state), reports, Machine::abandoned);
        }
    }

    /// Runs the body from [#state] to its next suspension or its end.
    ///
    /// @param cx the surroundings of this poll
    /// @return the value, or [Future#PENDING]
    /// @throws Exception what the body throws
    protected abstract @Nullable Object step(Context cx) throws Exception;

    /// Forgets all references, because nothing of the body runs any more.
    protected abstract void clear();

    /// The table of the block: the lines of [Sites].
    ///
    /// @return a constant
    protected abstract String sites();

    /// Whether the signal of a cancel can be seen by clean-up of the body, so that the body has to run for it.
    ///
    /// @return a constant
    protected abstract boolean hasCleanup();

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // step gives a T or PENDING
    public final Poll<T> poll(Context cx) throws Exception {
        Object value = pollRaw(cx);
        return value == PENDING ? Poll.pending() : Poll.ready((T) value);
    }

    /// A first poll that is ready at once is the path that must cost least: it touches the phase and nothing else.
    @Override
    public final @Nullable Object pollRaw(Context cx) throws Exception {
        if (phase != NEW) {
            return pollAgain(cx);
        }
        phase = RUNNING;
        Object value;
        try {
            value = step(cx);
        } catch (Throwable failure) {
            throw failed(failure);
        }
        if (value == PENDING) {
            TaskRef task = cx.task();
            owner = task;
            phase = STARTED;
            if (task != null && Begun.watches(task.id())) {
                watch(cx);
            }
        } else {
            phase = READY;
            clear();
        }
        return value;
    }

    private @Nullable Object pollAgain(Context cx) throws Exception {
        if (phase == UNPOLLED) {
            polled();
            return pollRaw(cx);
        }
        if (phase != STARTED && phase != OWNED) {
            throw refused();
        }
        if (owner != cx.task()) {
            checkOwner(cx);
        }
        phase = RUNNING;
        Object value;
        try {
            value = step(cx);
        } catch (Throwable failure) {
            throw failed(failure);
        }
        if (value == PENDING) {
            phase = STARTED;
        } else {
            end(READY);
        }
        return value;
    }

    /// Called on a machine that a body makes when it suspends and was called without one.
    protected final void owned() {
        phase = OWNED;
    }

    /// What the body of this machine returns when it is suspended.
    ///
    /// @return this machine for the await that owns it, [Future#PENDING] for all others
    public final Object suspended() {
        return phase == OWNED ? this : PENDING;
    }

    /// Whether a body that was called without a machine is suspended.
    ///
    /// @param value what it returned
    /// @return `false` when that is the value of the block
    public static boolean isOwned(@Nullable Object value) {
        return value instanceof Machine<?> made && made.phase == OWNED;
    }

    /// Called with what a body threw that was called without a machine, before a handler sees it.
    ///
    /// @param thrown what was thrown
    /// @return the same
    public static Throwable tidy(Throwable thrown) {
        AsyncTrace.clean(thrown);
        return thrown;
    }

    private RuntimeException failed(Throwable failure) {
        end(FAILED);
        AsyncTrace.clean(failure);
        throw Throwing.sneak(failure);
    }

    private void end(byte last) {
        phase = last;
        if (watched) {
            watched = false;
            Begun.remove(this);
        }
        awaited = null;
        owner = null;
        clear();
    }

    private IllegalStateException refused() {
        return phase == RUNNING
                ? new IllegalStateException("future was polled while it was being polled: " + this)
                : Misuse.polledAfter(past(), this);
    }

    private String past() {
        return switch (phase) {
            case READY -> "returned Ready";
            case FAILED -> "failed";
            default -> "been cancelled";
        };
    }

    private void checkOwner(Context cx) {
        TaskRef poller = cx.task();
        if (!(owner instanceof TaskRef first) || poller == null || cx.find(Context.HANDED_OVER) != null) {
            owner = poller; // by hand there is nobody to tell apart
            return;
        }
        throw Misuse.secondOwner(first, poller, this);
    }

    // ------------------------------------------------------------------------------------------------- winding down

    @Override
    public final Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
        if (phase == UNPOLLED) {
            polled();
        }
        return switch (phase) {
            case NEW -> {
                end(CANCELLED);
                yield Poll.ready(null);
            }
            case STARTED, OWNED -> {
                phase = INNER;
                yield windDownInner(cx);
            }
            case INNER, CUTTING -> windDownInner(cx);
            case UNWINDING -> goOn(cx);
            case RUNNING ->
                throw new IllegalStateException(
                        "future was cancelled from inside its own poll: " + this + "; cancel its task instead");
            default -> Poll.ready(null);
        };
    }

    private Poll<@Nullable Void> windDownInner(Context cx) throws Exception {
        Future<?> inner = awaited;
        Throwable signal = null;
        if (inner != null) {
            try {
                if (!inner.pollCancel(cx).isReady()) {
                    return Poll.pending();
                }
            } catch (Throwable failure) {
                signal = failure; // a failure of the clean-up takes the place of the signal
            }
        }
        if (!hasCleanup()) {
            end(CANCELLED);
            if (signal != null) {
                throw Throwing.sneak(signal);
            }
            return Poll.ready(null);
        }
        Cleanup running = phase == CUTTING ? running() : new Cleanup();
        owner = running;
        awaited = new Raised(signal == null ? new Unwind() : signal);
        return unwind(cx, running);
    }

    private Poll<@Nullable Void> goOn(Context cx) throws Exception {
        Grace grace = cx.find(Grace.KEY);
        if (grace != null && grace.isOver()) {
            grace.cut(site());
            phase = CUTTING;
            return windDownInner(cx);
        }
        return unwind(cx, running());
    }

    private Cleanup running() {
        return (Cleanup) Objects.requireNonNull(owner);
    }

    private Poll<@Nullable Void> unwind(Context cx, Cleanup running) throws Exception {
        phase = UNWINDING;
        Throwable left = null;
        try {
            Object value = step(cx);
            if (value == PENDING && running.swallowedAt == null) {
                return Poll.pending();
            }
        } catch (Throwable thrown) {
            left = thrown;
        }
        StackTraceElement swallowedAt = running.swallowedAt;
        String block = swallowedAt == null ? "" : toString();
        end(CANCELLED);
        if (swallowedAt != null) {
            throw new IllegalStateException(
                    "the cancel of " + block + " was swallowed twice, the second time before the" + " await at "
                            + swallowedAt + "; a finally must not end with return, break or continue");
        }
        Throwable failure = running.failure(left);
        if (failure != null) {
            AsyncTrace.clean(failure);
            throw Throwing.sneak(failure);
        }
        return Poll.ready(null);
    }

    /// Called by the body before an await that it may reach while it is being unwound.
    ///
    /// @param machine the machine of the body, `null` as long as there is none
    /// @param future what is to be awaited
    /// @param cx the surroundings of this poll
    /// @param at the number of the await
    /// @param isCleanup whether the await stands in clean-up that runs because of an exception
    /// @return the future to poll in its place
    public static Future<?> gate(@Nullable Future<?> machine, Future<?> future, Context cx, int at, boolean isCleanup) {
        Cleanup running = cleanup(machine);
        return machine == null || running == null
                ? future
                : ((Machine<?>) machine).gate(running, future, cx, at, isCleanup);
    }

    /// The machine comes as a future: for an interface the verifier need not load the class of the machine.
    private static @Nullable Cleanup cleanup(@Nullable Future<?> machine) {
        return machine instanceof Machine<?> its && its.phase == UNWINDING ? its.running() : null;
    }

    private Future<?> gate(Cleanup running, Future<?> future, Context cx, int at, boolean isCleanup) {
        Grace grace = isCleanup ? cx.find(Grace.KEY) : null;
        if (isCleanup && (grace == null || !grace.isOver())) {
            return future;
        }
        if (grace != null) {
            grace.cut(Sites.site(sites(), at));
        }
        if (!isCleanup || !running.firstCut(at)) {
            if (++running.swallowed > 1) {
                running.swallowedAt = Sites.site(sites(), at);
                return Future.pending(); // the body suspends here for good
            }
        }
        return new Raised(new Unwind());
    }

    /// Called by the body at the entry of clean-up that runs because of an exception.
    ///
    /// @param machine the machine of the body, `null` as long as there is none
    /// @param thrown what is on its way
    public static void cleaningUp(@Nullable Future<?> machine, Throwable thrown) {
        Cleanup running = cleanup(machine);
        if (running != null) {
            running.passes(thrown);
        }
    }

    /// Called by the body at the entry of a `catch` clause.
    ///
    /// @param machine the machine of the body, `null` as long as there is none
    /// @param thrown what was thrown
    /// @return whether the clause may see it; `false` for the signal, which the body then throws on
    public static boolean mayCatch(@Nullable Future<?> machine, Throwable thrown) {
        if (thrown instanceof Unwind) {
            return false;
        }
        Cleanup running = cleanup(machine);
        if (running != null) {
            running.caught();
        }
        return true;
    }

    // ------------------------------------------------------------------------------------------------- looking

    @Override
    public void describe(Description to) {
        Sites.Table table = Sites.of(getClass(), sites());
        to.label(table.label);
        Future<?> inner = awaited;
        int at = state;
        if (at > 0 && inner != null) {
            to.at(table.at(at));
            to.child(inner);
        }
    }

    private StackTraceElement site() {
        return Sites.of(getClass(), sites()).at(state);
    }

    /// What a call of the block itself throws, as opposed to starting it.
    ///
    /// @return the exception
    public final IllegalStateException called() {
        return new IllegalStateException("an async block is started with start(), not called: " + Sites.label(sites()));
    }

    @Override
    public String toString() {
        return Sites.label(sites());
    }
}
