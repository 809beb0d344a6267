// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * The wheel and the selector are touched between enter() and leave(), by one thread at a time, which `entered` sees to: the
 * worker, when it looks at them and while it is parked in them; and a task on whatever worker that arms a timer or waits for a
 * socket. Nobody waits to enter. Who finds somebody else there posts the wish and unparks (see WheelTimer and Parker); the
 * worker takes the posts when it looks the next time, and it looks before it parks.
 *
 * `worker` is who may look and park. When its thread is held up by a task, or dies, another one is put there, and the first
 * finds that out before it touches anything here again: after each task.
 */

/// What a worker has that outlives its thread: the driver, the timer wheel, and what it parks in.
final class Core implements WheelTimer.Driving {
    final int index;
    final WheelTimer timer;
    final NioDriver driver = new NioDriver(this);

    private final MultiThread engine;
    private final Parker parker = new Parker();
    private final AtomicBoolean entered = new AtomicBoolean();
    private final AtomicReference<@Nullable Worker> worker = new AtomicReference<>();

    /// While the worker sleeps: whether no timer is armed here and no task waits for a socket.
    private volatile boolean hopeless;

    Core(MultiThread engine, int index) {
        this.engine = engine;
        this.index = index;
        this.timer = new WheelTimer(engine.settings.clock(), this);
    }

    @Nullable
    Worker worker() {
        return worker.get();
    }

    /// Puts a worker in the place of another; `false` when that one is not there any more.
    boolean replace(@Nullable Worker before, Worker next) {
        return worker.compareAndSet(before, next);
    }

    @Override
    public boolean enter() {
        return entered.compareAndSet(false, true);
    }

    @Override
    public void leave() {
        entered.set(false);
    }

    @Override
    public void unpark() {
        parker.unpark();
    }

    @Override
    public NioDriver nearest(NioDriver made) {
        Core here = engine.coreHere();
        return here == null ? made : here.driver;
    }

    boolean isHopeless() {
        return hopeless;
    }

    /// The worker is about to sleep: finds out whether timers or sockets could wake a task.
    void assess() {
        if (enter()) {
            hopeless = timer.nanosToNext() == Long.MAX_VALUE && !driver.isAwaited();
            leave();
        }
    }

    void awake() {
        hopeless = false;
    }

    /// Looks at selector and wheel. Called by the worker, on its beat or when it has nothing else to do.
    ///
    /// @param polls how many tasks were polled since the last beat, or 0 when there is nothing else to do
    void turn(int polls) {
        if (!enter()) {
            return; // a task arms something; the next turn comes soon
        }
        try {
            if (polls > 0) {
                driver.beat(polls);
            } else {
                driver.turn();
            }
            timer.advance();
        } finally {
            leave();
        }
    }

    /// Blocks until something happens or is posted, or the worker is unparked, or `mostNanos` are over. Called by the
    /// worker. `false` when it could not enter.
    boolean park(long mostNanos) {
        if (!enter()) {
            return false;
        }
        try {
            long nanos = Math.min(mostNanos, timer.nanosToNext());
            if (nanos > 0) {
                if (driver.selects()) {
                    parker.park(() -> driver.block(nanos), driver::unblock);
                } else {
                    Thread here = Thread.currentThread();
                    parker.park(() -> LockSupport.parkNanos(this, nanos), () -> LockSupport.unpark(here));
                }
            }
            return true;
        } finally {
            leave();
        }
    }

    /// Closes the sockets and the selector, unless another thread is there still.
    void close() {
        if (enter()) {
            driver.close();
            leave();
        }
    }

    @Override
    public String toString() {
        return engine + " worker " + index;
    }
}
