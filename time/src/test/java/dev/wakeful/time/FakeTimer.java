// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import dev.wakeful.time.wheel.TimerWheel;
import java.time.Duration;
import java.time.Instant;

/// A clock that the test moves, on a wheel with ticks of a nanosecond; and a waker that counts.
final class FakeTimer implements Timer {
    private final TimerWheel wheel = new TimerWheel(10);
    private long now;
    int wakes;

    Context context() {
        return Context.of(Waker.of(() -> wakes++)).with(KEY, this);
    }

    void advance(Duration duration) {
        now = Timer.after(now, duration.toNanos());
        wheel.advance(now);
    }

    void advanceTo(long nanos) {
        now = nanos;
        wheel.advance(now);
    }

    int armed() {
        return wheel.size();
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Instant origin() {
        return Instant.EPOCH;
    }

    @Override
    public Alarm alarm() {
        return new FakeAlarm();
    }

    private final class FakeAlarm extends TimerWheel.Entry implements Alarm {
        private Waker waker = Waker.noop();

        @Override
        public void arm(long deadlineNanos, Waker waker) {
            this.waker = waker;
            wheel.move(this, deadlineNanos);
        }

        @Override
        public void move(long deadlineNanos) {
            if (isLinked()) {
                wheel.move(this, deadlineNanos);
            }
        }

        @Override
        public void disarm() {
            wheel.remove(this);
        }

        @Override
        protected void fire() {
            waker.wake();
        }
    }
}
