// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.internal.Throwing;
import dev.wakeful.spi.Timer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A source that gives the values of another one at times of its own. What it knows stands here and not in its futures,
/// so that one that is given up loses nothing. Used by one task at a time.
abstract class Paced<T> implements Source<T> {
    private final String label;
    private final Source<T> source;
    private @Nullable Future<@Nullable T> receiving;
    private @Nullable Timer timer;
    private Timer.@Nullable Alarm alarm;
    private @Nullable Next waiting;

    /// The source has given its end, or has failed. It is not asked again.
    boolean ended;

    /// What the source failed with, until it was thrown.
    @Nullable
    Throwable failure;

    Paced(String label, Source<T> source) {
        this.label = label;
        this.source = Objects.requireNonNull(source, "source must not be null");
    }

    /// One poll: the value, `null` at the end, or [Future#PENDING]. The source was not asked before.
    abstract @Nullable Object step(Context cx, Timer clock) throws Exception;

    @Override
    public final Future<@Nullable T> next() {
        return new Next();
    }

    /// One poll of the source.
    ///
    /// @return the value, or [Future#PENDING], also once it has ended
    final @Nullable Object receive(Context cx) {
        if (ended || !cx.hasBudget()) {
            return Future.PENDING;
        }
        Future<@Nullable T> next = receiving;
        Object value = null;
        try {
            if (next == null) {
                next = source.next();
                receiving = next;
            }
            value = next.pollRaw(cx);
        } catch (Throwable e) { // also an error: it is thrown once the value that waits was given
            failure = e;
        }
        if (value == Future.PENDING) {
            return value;
        }
        receiving = null;
        if (value == null) {
            ended = true;
            return Future.PENDING;
        }
        cx.spendBudget();
        return value;
    }

    /// The end of the source: `null`, or its failure, once.
    final @Nullable Object end() {
        Throwable thrown = failure;
        failure = null;
        if (thrown != null) {
            throw Throwing.sneak(thrown);
        }
        return null;
    }

    /// Has the task polled again at a time.
    final void arm(Timer clock, long nanos, Context cx) {
        Timer.Alarm armed = alarm;
        if (armed == null) {
            armed = clock.alarm();
            alarm = armed;
        }
        armed.arm(nanos, cx.waker());
    }

    private void disarm() {
        if (alarm != null) {
            alarm.disarm();
        }
    }

    @Override
    public final String toString() {
        return label;
    }

    private final class Next extends CheckedFuture<@Nullable T> {
        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            if (waiting != null && waiting != this) {
                throw new IllegalStateException("the next value of this source is awaited already: " + waiting);
            }
            Timer clock = timer;
            if (clock == null) {
                clock = cx.get(Timer.KEY);
                timer = clock;
            }
            waiting = this;
            boolean ready = true;
            try {
                Object value = step(cx, clock);
                ready = value != PENDING;
                return value;
            } finally {
                if (ready) {
                    waiting = null;
                    disarm();
                }
            }
        }

        /// What the source was asked for is wound down; the next future asks anew.
        @Override
        protected boolean release(Context cx) throws Exception {
            disarm();
            Future<@Nullable T> asked = receiving;
            boolean done = false;
            boolean returned = false;
            try {
                done = asked == null || asked.pollCancel(cx).isReady();
                returned = true;
            } finally {
                if (done || !returned) {
                    receiving = null;
                    waiting = null;
                }
            }
            return done;
        }

        @Override
        public void describe(Description to) {
            to.label(label + ".next");
            Future<@Nullable T> asked = receiving;
            if (asked == null) {
                to.waitsFor("the timer", null);
            } else {
                to.child(asked);
            }
        }
    }
}
