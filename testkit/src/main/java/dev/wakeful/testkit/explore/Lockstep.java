// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * The exploring thread and the carriers run one at a time: who goes on says so by `turn`, a volatile, and unparks the other, who
 * parks until it is its turn. So what one wrote the other sees, and nothing else of the explorer need know of threads.
 */

/// A coroutine on a thread of its own, for a JVM that keeps its continuations to itself. The threads are used again.
final class Lockstep implements Coroutine {
    /// Carriers without a coroutine. The exploring thread's, of which there is one at a time.
    private static final ArrayDeque<Carrier> IDLE = new ArrayDeque<>();

    private static final StackWalker WALKER = StackWalker.getInstance();

    private final Runnable body;
    private @Nullable Carrier carrier;
    private boolean abandoned;
    private boolean ended;

    Lockstep(Runnable body) {
        this.body = body;
    }

    static boolean isCarrier() {
        return Thread.currentThread() instanceof Carrier;
    }

    @Override
    public void resume() {
        Carrier mine = carrier;
        if (mine == null) {
            mine = IDLE.isEmpty() ? new Carrier() : IDLE.pop();
            carrier = mine;
        }
        mine.run(this);
        if (ended) {
            IDLE.push(mine);
            carrier = null;
        }
    }

    @Override
    public void abandon() {
        abandoned = true;
        while (carrier != null) {
            resume();
        }
    }

    /// A thread that initialises a class goes on at once, as a continuation would: others may need the class.
    static boolean suspendThread() {
        if (WALKER.walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("<clinit>")))) {
            return false;
        }
        Carrier here = (Carrier) Thread.currentThread();
        here.giveBack();
        if (Objects.requireNonNull(here.coroutine).abandoned) {
            throw new Abandoned();
        }
        return true;
    }

    /// Unwinds a coroutine that nobody goes on with.
    private static final class Abandoned extends Error {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super("the explorer has given up this run", null, false, false);
        }
    }

    /// A thread that runs coroutines, one after the other.
    private static final class Carrier extends Thread {
        private volatile boolean turn;
        private volatile @Nullable Thread driver;
        private @Nullable Lockstep coroutine;

        Carrier() {
            super("wakeful-explorer");
            setDaemon(true);
        }

        /// Runs the coroutine until it gives back. Called by the exploring thread.
        void run(Lockstep next) {
            coroutine = next;
            driver = Thread.currentThread();
            turn = true;
            if (getState() == State.NEW) {
                start();
            } else {
                LockSupport.unpark(this);
            }
            while (turn) {
                LockSupport.park(this);
            }
        }

        @Override
        public void run() {
            while (true) {
                Lockstep here = Objects.requireNonNull(coroutine);
                here.body.run();
                here.ended = true;
                giveBack();
            }
        }

        /// Lets the exploring thread go on, until it is this one's turn again.
        void giveBack() {
            turn = false;
            LockSupport.unpark(driver);
            while (!turn) {
                LockSupport.park(this);
            }
        }
    }
}
