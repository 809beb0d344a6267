// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Why nobody is left unwatched.
 *
 *   worker that leaves its park             watch that has found all workers parked for some ticks
 *   W1  is not parked any more              Z1  asleep = true
 *   W2  asleep? off, and unpark the watch   Z2  look once more: somebody awake? asleep = false, go on
 *                                           Z3  park
 *
 * All of it is volatile: W2 sees Z1 or Z2 sees W1. The thread itself ends when there is no engine, by `thread` = null and one
 * more look at the list; who adds an engine writes the list and then looks at `thread`.
 */

/// The thread that looks after those that poll: one for all runtimes of the JVM, while there are any. It looks every 5
/// ms while one of these is awake, and once a second while none is.
final class Watch implements Runnable {
    static final long TICK_MILLIS = 5;

    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;
    private static final long SLEEP_NANOS = 1_000_000_000;
    private static final int TICKS_TO_SLEEP = 20;

    private static final CopyOnWriteArrayList<WeakReference<Engine>> ENGINES = new CopyOnWriteArrayList<>();
    private static final AtomicReference<@Nullable Thread> THREAD = new AtomicReference<>();
    private static volatile boolean asleep;

    private Watch() {}

    static void add(Engine engine) {
        ENGINES.add(new WeakReference<>(engine));
        if (THREAD.get() == null) {
            Thread thread = Thread.ofPlatform().name("wakeful-watch").daemon().unstarted(new Watch());
            if (THREAD.compareAndSet(null, thread)) {
                thread.start();
            }
        } else {
            awake();
        }
    }

    static void remove(Engine engine) {
        ENGINES.removeIf(reference -> reference.refersTo(engine) || reference.refersTo(null));
        if (ENGINES.isEmpty()) {
            LockSupport.unpark(THREAD.get());
        }
    }

    /// Called by a thread that has left its park or begins to poll.
    static void awake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(THREAD.get());
        }
    }

    @Override
    public void run() {
        while (true) {
            watch();
            THREAD.set(null);
            if (ENGINES.isEmpty() || !THREAD.compareAndSet(null, Thread.currentThread())) {
                return;
            }
        }
    }

    private static void watch() {
        int quiet = 0;
        while (!ENGINES.isEmpty()) {
            LockSupport.parkNanos(TICK_NANOS);
            quiet = look() ? 0 : quiet + 1;
            if (quiet >= TICKS_TO_SLEEP) {
                asleep = true;
                while (asleep && !look() && !ENGINES.isEmpty()) {
                    LockSupport.parkNanos(SLEEP_NANOS); // not for ever: see StackRoom
                }
                asleep = false;
                quiet = 0;
            }
        }
    }

    /// Whether a thread that polls is awake.
    private static boolean look() {
        boolean awake = false;
        boolean astray = Task.anyAstray();
        boolean mend = StackRoom.wasBroken() || astray;
        for (WeakReference<Engine> reference : ENGINES) {
            Engine engine = reference.get();
            if (engine == null) {
                ENGINES.remove(reference);
            } else {
                awake |= look(engine, mend);
            }
        }
        return awake;
    }

    private static boolean look(Engine engine, boolean mend) {
        try {
            engine.mend(mend);
            return engine.look();
        } catch (Throwable broken) {
            // No memory for a thread or a stack: the other runtimes are looked after all the same.
            Log.log(Level.ERROR, "the threads of " + engine + " could not be looked after", broken);
            return true;
        }
    }
}
