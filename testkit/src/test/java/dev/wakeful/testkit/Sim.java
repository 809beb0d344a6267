// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Leaves for the tests of the simulation, written by hand over what a context offers.
final class Sim {
    private Sim() {}

    static Future<Void> sleep(Duration duration) {
        return new Sleep(duration.toNanos());
    }

    static Future<Void> yieldNow() {
        return new CheckedFuture<>() {
            private boolean yielded;

            @Override
            protected @Nullable Object advance(Context cx) {
                if (yielded) {
                    return null;
                }
                yielded = true;
                cx.defer(cx.waker());
                return PENDING;
            }
        };
    }

    /// A future of an effect.
    static Future<Void> run(Runnable effect) {
        return cx -> {
            effect.run();
            return dev.wakeful.Poll.ready(null);
        };
    }

    /// `times` steps with a yield after each.
    static Future<Void> steps(int times, Runnable step) {
        return times == 0 ? Future.ready(null) : run(step).then(v -> yieldNow()).then(v -> steps(times - 1, step));
    }

    static Future<Void> forked(Supplier<Future<Void>> future) {
        return Future.<Void>ready(null).then(v -> future.get());
    }

    private static final class Sleep extends CheckedFuture<Void> {
        private final long nanos;
        private long deadline;
        private Timer.@Nullable Alarm alarm;

        Sleep(long nanos) {
            this.nanos = nanos;
        }

        @Override
        protected @Nullable Object advance(Context cx) {
            Timer timer = cx.get(Timer.KEY);
            if (alarm == null) {
                alarm = timer.alarm();
                deadline = Timer.after(timer.nanos(), nanos);
            }
            if (timer.nanos() >= deadline) {
                alarm.disarm();
                return null;
            }
            alarm.arm(deadline, cx.waker());
            return PENDING;
        }

        @Override
        protected boolean release(Context cx) {
            alarm.disarm();
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("Sleep[nanos=" + nanos + "]");
            to.waitsFor("the clock", null);
        }
    }

    /// A lock that knows its owner.
    static final class Lock {
        private final String name;
        private final ArrayDeque<Acquire> waiting = new ArrayDeque<>();
        private @Nullable TaskRef owner;

        Lock(String name) {
            this.name = name;
        }

        Future<Void> acquire() {
            return new Acquire();
        }

        void release() {
            owner = null;
            if (!waiting.isEmpty()) {
                waiting.getFirst().waker.wake();
            }
        }

        private final class Acquire extends CheckedFuture<Void> {
            private Waker waker = Waker.noop();

            @Override
            protected @Nullable Object advance(Context cx) {
                if (owner == null && (waiting.isEmpty() || waiting.getFirst() == this)) {
                    waiting.remove(this);
                    owner = cx.task();
                    return null;
                }
                waker = cx.waker();
                if (!waiting.contains(this)) {
                    waiting.add(this);
                }
                return PENDING;
            }

            @Override
            protected boolean release(Context cx) {
                waiting.remove(this);
                if (owner == null && !waiting.isEmpty()) {
                    waiting.getFirst().waker.wake();
                }
                return true;
            }

            @Override
            public void describe(Description to) {
                to.label("Acquire[" + name + "]");
                to.waitsFor("lock " + name, owner);
            }
        }
    }
}
