// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import dev.wakeful.time.wheel.TimerWheel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/*
 * The wheel belongs to the thread that drives, or that has entered while none does. Alarms are armed and disarmed by the task that
 * owns them, which may be polled by another thread; when that one cannot enter, the wish is written into the alarm and the
 * alarm is posted.
 *
 *   owner of the alarm, off the driving thread     driving thread
 *   A1  wanted = tick                              D1  posted = false
 *   A2  waker swapped in                           D2  tick = wanted; move the entry there, or take it out
 *   A3  CAS posted false -> true: push, unpark     D3  when it fires: swap the waker out, wake it
 *
 * A3 and D1 are read-modify-writes of `posted`. If the CAS of A3 fails, an earlier post has not come to D1 yet, and that D1 is
 * after A1, so D2 sees the wish. If it succeeds, the alarm is in the posts once more, and its D2 comes after A1. An alarm that
 * was disarmed has no waker, so when it fires before the driving thread has taken it out, it wakes nobody. One that was armed
 * for later and comes out at its old tick is put in again.
 *
 * D3 takes the wish away by CAS before it takes the waker. If the CAS comes after A1, it fails, and the post of A3 does the
 * rest. If it comes before A1, the wish of A1 stays, and so does the post; D3 may then take the waker of A2, which is a
 * spurious wake, after which the owner arms again. A plain write in place of the CAS could wipe out A1 and take the waker
 * before A2: then nobody would wake the new one.
 */

/// The timer of a runtime: a wheel with ticks of 31.25 microseconds and the clock that moves it.
///
/// What is more than a millisecond away fires at whole milliseconds, so that much that is far goes off together and
/// few turns of the wheel are needed; what is nearer fires at its own tick. A thread that waits in a selector waits
/// whole milliseconds, whatever the tick.
final class WheelTimer implements Timer {
    private static final long TICK_NANOS = 31_250;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long TICKS_PER_MILLI = NANOS_PER_MILLI / TICK_NANOS;

    /// Four years of ticks without going round.
    private static final int LEVELS = 7;

    /// A timer that is noticed so much after its tick is late.
    private static final long LATE_NANOS = 10_000_000;

    private static final long DISARMED = -1;

    private static final VarHandle WAKER;
    private static final VarHandle POSTED;
    private static final VarHandle WANTED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WAKER = lookup.findVarHandle(WheelAlarm.class, "waker", Waker.class);
            WANTED = lookup.findVarHandle(WheelAlarm.class, "wanted", long.class);
            POSTED = lookup.findVarHandle(WheelAlarm.class, "posted", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Clock clock;
    private long advancedTo;

    /// The time that was given out last. Written and read plainly by whoever arms, mostly the same thread; what another
    /// one writes in between makes an alarm coarser or finer by a tick, and never early.
    private long given;

    private final Driving driving;
    private final TimerWheel wheel = new TimerWheel(LEVELS);
    private final AtomicReference<@Nullable WheelAlarm> posts = new AtomicReference<>();

    /// Who moves the wheel and looks at the selector: one thread at a time.
    interface Driving {
        /// Lets the calling thread touch the wheel and the selector's interests until it [leaves][#leave()]. `false`
        /// when another thread drives, to whom the wish is posted instead.
        boolean enter();

        void leave();

        /// Has the driving thread look for posts.
        void unpark();

        /// The driver of the worker that the calling thread is, if it is one of this runtime's; otherwise `made`.
        default NioDriver nearest(NioDriver made) {
            return made;
        }
    }

    WheelTimer(Clock clock, Driving driving) {
        this.clock = clock;
        this.driving = driving;
    }

    @Override
    public long nanos() {
        long now = clock.nanos();
        given = now;
        return now;
    }

    @Override
    public Instant origin() {
        return clock.origin();
    }

    @Override
    public Alarm alarm() {
        return new WheelAlarm();
    }

    /// Fires what is due. Called by the driving thread.
    int advance() {
        takePosts();
        if (wheel.size() == 0) {
            return 0;
        }
        advancedTo = clock.nanos();
        return wheel.advance(advancedTo / TICK_NANOS);
    }

    /// The nanoseconds until something may be due: 0 when something is, [Long#MAX_VALUE] when nothing ever will be.
    long nanosToNext() {
        takePosts();
        long tick = wheel.nextTick();
        if (tick > Long.MAX_VALUE / TICK_NANOS) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, tick * TICK_NANOS - clock.nanos());
    }

    int size() {
        return wheel.size();
    }

    private void takePosts() {
        if (posts.get() == null) {
            return;
        }
        WheelAlarm reversed = null;
        for (WheelAlarm at = posts.getAndSet(null); at != null; ) {
            WheelAlarm next = at.nextPost;
            at.nextPost = reversed;
            reversed = at;
            at = next;
        }
        while (reversed != null) {
            WheelAlarm alarm = reversed;
            reversed = alarm.nextPost;
            alarm.nextPost = null;
            POSTED.getAndSet(alarm, false);
            alarm.apply();
        }
    }

    /// The first tick that is not before a time; of a time that is far, the first of whole milliseconds.
    private long tickOf(long nanos) {
        return nanos - given > NANOS_PER_MILLI
                ? roundedUp(nanos, NANOS_PER_MILLI) * TICKS_PER_MILLI
                : roundedUp(nanos, TICK_NANOS);
    }

    private static long roundedUp(long nanos, long unit) {
        long whole = nanos / unit;
        return nanos % unit == 0 ? whole : whole + 1;
    }

    private final class WheelAlarm extends TimerWheel.Entry implements Alarm {
        private volatile long wanted = DISARMED;
        private volatile @Nullable Waker waker;
        private volatile boolean posted;
        private @Nullable WheelAlarm nextPost;

        @Override
        public void arm(long deadlineNanos, Waker waker) {
            long tick = tickOf(deadlineNanos);
            boolean unchanged = this.waker != null && wanted == tick;
            wanted = tick;
            WAKER.getAndSet(this, waker);
            if (!unchanged || !posted) {
                update();
            }
        }

        @Override
        public void move(long deadlineNanos) {
            if (wanted != DISARMED) {
                wanted = tickOf(deadlineNanos);
                update();
            }
        }

        @Override
        public void disarm() {
            if (wanted == DISARMED) {
                return;
            }
            wanted = DISARMED;
            WAKER.getAndSet(this, null);
            update();
        }

        private void update() {
            if (driving.enter()) {
                try {
                    apply();
                } finally {
                    driving.leave();
                }
            } else if (POSTED.compareAndSet(this, false, true)) {
                post();
            }
        }

        private void post() {
            boolean there = false;
            try {
                WheelAlarm top;
                do {
                    top = posts.get();
                    nextPost = top;
                } while (!posts.compareAndSet(top, this));
                there = true;
                driving.unpark();
            } catch (StackOverflowError end) {
                if (there) {
                    StackRoom.broken = true;
                } else {
                    posted = false; // no update is lost: who drives turns it off, and only when it is there
                    throw end;
                }
            }
        }

        /// Puts the entry where the owner wants it. Called by the driving thread.
        private void apply() {
            long tick = wanted;
            if (tick == DISARMED) {
                wheel.remove(this);
            } else if (!isLinked() || tick() != tick) {
                wheel.move(this, tick);
            }
        }

        @Override
        protected void fire() {
            long tick = wanted;
            if (tick > tick()) {
                wheel.insert(this, tick);
            } else if (tick != DISARMED && WANTED.compareAndSet(this, tick, DISARMED)) {
                Waker woken = (Waker) WAKER.getAndSet(this, null);
                if (woken != null) {
                    Settings.wake(woken);
                }
                long late = advancedTo - tick * TICK_NANOS;
                if (late > LATE_NANOS) {
                    Flight.late(driving.toString(), late); // last: should it throw, nobody has lost a wake
                }
            }
        }
    }
}
