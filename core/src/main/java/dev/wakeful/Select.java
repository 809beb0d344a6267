// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Throwing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Waits for the first of several futures and runs the handler that belongs to it.
///
/// ```java
/// String answer = await(Select.<String>of()
///         .on(inbox.receive(), message -> "got " + message)
///         .on(Time.sleep(ofSeconds(1)), x -> "nothing came"));
/// ```
///
/// A select is itself the future of its handler's value. Handlers are async blocks. Branches are polled in declared
/// order from a random start, or from the first one if [biased][#biased()]. The futures belong to the select, and the
/// losers have ended their clean-up before the winner's handler runs, unless a branch is [kept][#kept()]. A branch
/// whose future fails ends the select with that failure, once the others are wound down.
///
/// A branch is out of the game when its [guard][#when(boolean)] is false, or when its value does not match its pattern.
/// When all are, the block of [#orElse(AsyncBlock)] runs; without one the select fails.
///
/// ### Cancel safety
///
/// Inherited: giving up winds down the branches that are not kept, together, or the handler that runs.
///
/// @param <R> the type of the handlers' values
public final class Select<R extends @Nullable Object> extends CheckedFuture<R> {
    private final List<Branch<R>> branches = new ArrayList<>();
    private @Nullable AsyncBlock<? extends R> otherwise;
    private boolean biased;
    private int start = -1;

    /// What runs when the losers have ended. Made by the winning poll, so that a handler starts no earlier than it
    /// should.
    private @Nullable Future<? extends R> handler;

    private @Nullable Throwable failure;
    private @Nullable WindingDown losers;
    private @Nullable Branch<R> winner;
    private @Nullable Object won;
    private boolean decided;

    private static final class Branch<R extends @Nullable Object> {
        final Future<?> future;
        final Predicate<@Nullable Object> pattern;
        final AsyncFunction<@Nullable Object, ? extends R> handler;
        boolean kept;
        boolean ended;

        Branch(
                Future<?> future,
                Predicate<@Nullable Object> pattern,
                AsyncFunction<@Nullable Object, ? extends R> handler) {
            this.future = future;
            this.pattern = pattern;
            this.handler = handler;
        }
    }

    private Select() {}

    /// A select without branches.
    ///
    /// @param <R> the type of the handlers' values
    /// @return the select, to which branches are added
    public static <R extends @Nullable Object> Select<R> of() {
        return new Select<>();
    }

    /// Adds a branch.
    ///
    /// @param <A> the type of the future's value
    /// @param future what to wait for
    /// @param handler what to do with its value, an async block
    /// @return this select
    public <A extends @Nullable Object> Select<R> on(Future<A> future, AsyncFunction<? super A, ? extends R> handler) {
        return on(future, value -> true, handler);
    }

    /// Adds a branch that wins only with a value that matches. A value that does not is dropped, and the branch is out
    /// of the game.
    ///
    /// @param <A> the type of the future's value
    /// @param future what to wait for
    /// @param pattern whether the value matches
    /// @param handler what to do with the value, an async block
    /// @return this select
    @SuppressWarnings("unchecked") // the branch gives its own future's values to its pattern and its handler
    public <A extends @Nullable Object> Select<R> on(
            Future<A> future, Predicate<? super A> pattern, AsyncFunction<? super A, ? extends R> handler) {
        refuseWhenStarted();
        branches.add(new Branch<>(
                Objects.requireNonNull(future, "future must not be null"),
                (Predicate<@Nullable Object>) Objects.requireNonNull(pattern, "pattern must not be null"),
                (AsyncFunction<@Nullable Object, ? extends R>)
                        Objects.requireNonNull(handler, "handler must not be null")));
        return this;
    }

    /// Guards the branch that was added last: with `false` its future is never polled.
    ///
    /// @param guard whether the branch takes part
    /// @return this select
    public Select<R> when(boolean guard) {
        last().ended |= !guard;
        return this;
    }

    /// Keeps the future of the branch that was added last if it loses: it stays the caller's, started and not wound
    /// down, for a later await. It is not polled while the handler of the winner runs, and may meanwhile hold what that
    /// handler waits for; dumps show it.
    ///
    /// @return this select
    public Select<R> kept() {
        last().kept = true;
        return this;
    }

    /// Polls in declared order, so that the first branch wins when several are ready.
    ///
    /// @return this select
    public Select<R> biased() {
        refuseWhenStarted();
        biased = true;
        return this;
    }

    /// What runs when all branches are out of the game.
    ///
    /// @param block the block
    /// @return this select
    public Select<R> orElse(AsyncBlock<? extends R> block) {
        refuseWhenStarted();
        otherwise = Objects.requireNonNull(block, "block must not be null");
        return this;
    }

    private Branch<R> last() {
        refuseWhenStarted();
        if (branches.isEmpty()) {
            throw new IllegalStateException("a select without branches has none to qualify; call on(...) first");
        }
        return branches.getLast();
    }

    private void refuseWhenStarted() {
        if (isStarted()) {
            throw new IllegalStateException("select was changed after its first poll: " + this);
        }
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        if (start < 0) {
            start = biased ? 0 : Group.randomIndex(cx, branches.size());
        }
        if (!decided && !decide(cx)) {
            return PENDING;
        }
        if (handler == null) {
            if (!windDown(cx)) {
                return PENDING;
            }
            if (failure != null) {
                throw Throwing.sneak(failure);
            }
            handler = winner == null ? otherwise() : winner.handler.start(won);
            won = null;
        }
        return handler.pollRaw(cx);
    }

    /// Polls the branches; whether one has won or failed, or all are out.
    private boolean decide(Context cx) {
        boolean any = false;
        for (int i = 0; i < branches.size() && !decided; i++) {
            Branch<R> branch = branches.get((start + i) % branches.size());
            if (!branch.ended) {
                poll(branch, cx);
                any |= !branch.ended;
            }
        }
        decided |= !any;
        return decided;
    }

    private void poll(Branch<R> branch, Context cx) {
        try {
            Object value = branch.future.pollRaw(cx);
            if (value == PENDING) {
                return;
            }
            branch.ended = true;
            if (branch.pattern.test(value)) {
                winner = branch;
                won = value;
                decided = true;
            }
        } catch (Throwable thrown) {
            branch.ended = true;
            failure = thrown;
            decided = true;
        }
    }

    private Future<? extends R> otherwise() {
        if (otherwise == null) {
            throw new IllegalStateException("all " + branches.size()
                    + " branches of a select are disabled and it has no else; add orElse(...) or a branch"
                    + " without a guard");
        }
        return otherwise.start();
    }

    private boolean windDown(Context cx) {
        boolean all = true;
        WindingDown down = null;
        for (Branch<R> branch : branches) {
            if (!branch.ended && !branch.kept) {
                losers = WindingDown.orNew(losers);
                down = losers;
                branch.ended = cancel(branch.future, down.in(cx));
                all &= branch.ended;
            }
        }
        if (down != null && all) {
            down.end();
        } else if (down != null) {
            down.pending(cx);
        }
        return all;
    }

    private boolean cancel(Future<?> future, Context cx) {
        try {
            return future.pollCancel(cx).isReady();
        } catch (Throwable thrown) {
            failure = Throwing.add(failure, thrown);
            return true;
        }
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        if (handler != null) {
            return handler.pollCancel(cx).isReady();
        }
        if (!windDown(cx)) {
            return false;
        }
        if (failure != null) {
            throw Throwing.sneak(failure);
        }
        return true;
    }

    @Override
    public void describe(Description to) {
        Future<? extends R> running = handler;
        if (running == null) {
            to.label(decided ? "select[losers wind down]" : "select");
        } else {
            long waiting = branches.stream().filter(b -> b.kept && !b.ended).count();
            to.label("select[handler runs" + (waiting == 0 ? "]" : ", kept and not polled: " + waiting + "]"));
            to.child(running);
        }
        for (Branch<R> branch : branches) {
            if (!branch.ended && (running == null || branch.kept)) {
                to.child(branch.future);
            }
        }
    }
}
