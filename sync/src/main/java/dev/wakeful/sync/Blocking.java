// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Why no wake is lost. The waking thread sets `woken` and then unparks; the waiting thread swaps `woken` for false before
 * each poll and parks only while it is false. A wake before the swap is followed by the poll; one after it makes the next
 * look true, and the permit that unpark leaves makes a park return that began before.
 */

/// A thread that waits for a future as a task would: what stands behind the blocking spellings.
///
/// What is there at once is given to an interrupted thread too, whose status stays. A thread that is interrupted while
/// it waits gives up its place, is given nothing, and throws [InterruptedException] with the status cleared; if it was
/// woken before, that wins.
final class Blocking implements Context, Waker, TaskRef {
    private final Thread thread = Thread.currentThread();
    private final AtomicBoolean woken = new AtomicBoolean();

    private Blocking() {}

    /// Polls `future` on the calling thread until it is complete, and parks in between.
    ///
    /// @throws InterruptedException when the thread was interrupted; the future is wound down then
    /// @throws Exception the failure of the future
    @SuppressWarnings({"unchecked", "NullAway", "ReferenceEquality"
    }) // what is not PENDING itself is a T, nullable or not
    static <T extends @Nullable Object> T await(Future<T> future) throws Exception {
        var waiting = new Blocking();
        while (true) {
            waiting.woken.getAndSet(false);
            Object value = future.pollRaw(waiting);
            if (value != Future.PENDING) {
                return (T) value;
            }
            if (!waiting.park()) {
                String label = future.toString();
                waiting.windDown(future);
                throw new InterruptedException("interrupted while waiting: " + label);
            }
        }
    }

    /// As [#await], for futures that fail with nothing checked.
    static <T extends @Nullable Object> T awaitUnchecked(Future<T> future) throws InterruptedException {
        try {
            return await(future);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("fails with nothing checked: " + future, e);
        }
    }

    /// Winds an abandoned future down to its end; another interrupt is for whoever looks at it afterwards.
    private void windDown(Future<?> future) throws Exception {
        boolean again = false;
        woken.getAndSet(false);
        while (!future.pollCancel(this).isReady()) {
            while (!park()) {
                again = true;
            }
            woken.getAndSet(false);
        }
        if (again) {
            thread.interrupt();
        }
    }

    private boolean park() {
        while (!woken.get()) {
            if (Thread.interrupted()) {
                return false;
            }
            LockSupport.park(this);
        }
        return true;
    }

    @Override
    public void wake() {
        woken.getAndSet(true);
        LockSupport.unpark(thread);
    }

    @Override
    public Waker waker() {
        return this;
    }

    @Override
    public <V> @Nullable V find(Key<V> key) {
        return null;
    }

    @Override
    public TaskRef task() {
        return this;
    }

    @Override
    public long id() {
        return thread.threadId();
    }

    @Override
    public String name() {
        return thread.getName();
    }

    @Override
    public String toString() {
        return thread.isVirtual() && name().isEmpty() ? "virtual thread " + id() : "thread \"" + name() + "\"";
    }
}
