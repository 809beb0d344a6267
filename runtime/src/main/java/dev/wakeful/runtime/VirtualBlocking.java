// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.WakerCell;
import dev.wakeful.internal.Throwing;
import dev.wakeful.spi.Blocking;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Blocking work, each piece on a virtual thread of its own. No pool and no queue, so nothing waits for a full one.
final class VirtualBlocking implements Blocking {
    private final AtomicInteger running = new AtomicInteger();

    /// How many pieces of work are running.
    int running() {
        return running.get();
    }

    @Override
    public <T extends @Nullable Object> Future<T> call(Callable<T> work) {
        return new Call<>(Objects.requireNonNull(work, "work must not be null"));
    }

    private final class Call<T extends @Nullable Object> extends CheckedFuture<T> implements Runnable {
        private final Callable<T> work;
        private final WakerCell cell = new WakerCell();
        private @Nullable Thread thread;
        private boolean interrupted;

        // Written by the virtual thread before `done`, read after it.
        private @Nullable Object value;
        private @Nullable Throwable failure;
        private volatile boolean done;

        Call(Callable<T> work) {
            this.work = work;
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            if (!ended(cx)) {
                return PENDING;
            }
            if (failure != null) {
                throw Throwing.sneak(failure);
            }
            return value;
        }

        private boolean ended(Context cx) {
            if (done) {
                return true;
            }
            cell.register(cx.waker());
            if (thread == null) {
                running.getAndIncrement();
                thread = Thread.ofVirtual()
                        .name("wakeful-blocking-", 0)
                        .inheritInheritableThreadLocals(false)
                        .start(this);
            }
            return done;
        }

        @Override
        public void run() {
            try {
                value = work.call();
            } catch (Throwable thrown) {
                failure = thrown;
            }
            done = true;
            Waker waiting = cell.take();
            if (waiting != null) {
                Settings.wake(waiting);
            }
            running.getAndDecrement(); // after the wake, so that work is never seen as gone while its wake is to come
        }

        @Override
        protected boolean release(Context cx) {
            if (!interrupted && thread != null) {
                interrupted = true;
                thread.interrupt();
            }
            return ended(cx);
        }

        @Override
        public void describe(Description to) {
            Thread worker = thread;
            to.label("blocking work " + work.getClass().getName());
            if (worker != null) {
                to.waitsFor("the end of blocking work on virtual thread " + worker.threadId(), null);
            }
        }
    }
}
