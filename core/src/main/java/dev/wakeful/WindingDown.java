// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// The winding down of futures that their owner gives up while its task goes on: losers of a race, a branch whose time
/// is up. It gives their clean-up a grace period of its own, which begins with the first `pollCancel`.
///
/// A combinator has one of these for all the futures that it gives up at a time, and polls them with
/// [#cancel(Future, Context)]; or, when it polls them by itself, with the context of [#in(Context)], and then calls
/// [#pending(Context)] or [#end()]. Inside a task that is being wound down itself the period around it counts as well.
public final class WindingDown {
    private Grace.@Nullable Period period;

    /// 1 when the period was seen to be over, 2 when the runtime's was.
    private int endsSeen;

    /// Nothing is being wound down yet.
    public WindingDown() {}

    /// The one there is, or a new one: what most futures never give up costs them a field.
    static WindingDown orNew(@Nullable WindingDown begun) {
        return begun == null ? new WindingDown() : begun;
    }

    /// Goes on with winding down one future.
    ///
    /// @param future the future, which is polled no more
    /// @param cx the surroundings of this poll
    /// @return whether it is wound down
    /// @throws Exception a failure of its clean-up, after which it is wound down
    public boolean cancel(Future<?> future, Context cx) throws Exception {
        boolean pending = false;
        try {
            pending = !future.pollCancel(in(cx)).isReady();
        } finally {
            if (!pending) {
                end();
            }
        }
        if (pending) {
            pending(cx);
        }
        return !pending;
    }

    /// The context for the `pollCancel` calls of this poll.
    ///
    /// @param cx the surroundings of this poll
    /// @return a context that offers the grace period
    public Context in(Context cx) {
        return new Inside(cx, this);
    }

    /// Whether the period is over and this was not said before: then all that is being wound down has to be polled once
    /// more, woken or not. The end of the runtime, which cuts shielded regions as well, is said once more.
    ///
    /// @param cx the surroundings of this poll
    /// @return `true` once for each
    public boolean isJustOver(Context cx) {
        Grace grace = period == null ? cx.find(Grace.KEY) : within(cx, period);
        int ended = grace == null || !grace.isOver() ? 0 : grace.endsAll() ? 2 : 1;
        boolean more = ended > endsSeen;
        endsSeen = Math.max(ended, endsSeen);
        return more;
    }

    /// Something is pending: the period runs, and its end wakes the waker of `cx`.
    ///
    /// @param cx the surroundings of this poll
    public void pending(Context cx) {
        Grace.Period running = begun(cx);
        if (running != null) {
            running.arm(cx.waker());
        }
    }

    /// All is wound down.
    public void end() {
        if (period != null) {
            period.end();
        }
    }

    private @Nullable Grace grace(Context cx) {
        Grace.Period running = begun(cx);
        return running == null ? cx.find(Grace.KEY) : within(cx, running);
    }

    private Grace.@Nullable Period begun(Context cx) {
        Grace.Period running = period;
        Grace.Starter starter = running == null ? cx.find(Grace.STARTER) : null;
        if (starter != null) {
            running = starter.begin(cx);
            within(cx, running);
            period = running;
        }
        return running;
    }

    private static Grace within(Context cx, Grace.Period running) {
        running.within(cx.find(Grace.KEY));
        return running;
    }

    private static final class Inside extends Contexts.Derived {
        private final WindingDown windingDown;

        Inside(Context outer, WindingDown windingDown) {
            super(outer);
            this.windingDown = windingDown;
        }

        @Override
        @SuppressWarnings("unchecked") // the key says what is under it
        public <V> @Nullable V find(Key<V> key) {
            return key == Grace.KEY ? (V) windingDown.grace(outer) : outer.find(key);
        }
    }
}
