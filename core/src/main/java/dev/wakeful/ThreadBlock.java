// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.CallSite;
import dev.wakeful.internal.Throwing;
import java.io.Serial;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A block that was not compiled, run by a thread of its own that blocks in `await`.
///
/// The thread and the poll take turns, as a coroutine and its caller do: a poll lets the body run to its next await, or
/// its end, and waits for that; what the body awaits is polled by the poll. So nothing of the task runs beside it, and
/// the order of everything is that of the compiled block. All fields are handed over with the turn.
///
/// ```
///   poll                                body
///   P1  bodysTurn = true                B1  bodysTurn = false
///   P2  unpark body                     B2  unpark poll
///   P3  park while bodysTurn            B3  park while not bodysTurn
/// ```
///
/// No turn is lost: each side looks at `bodysTurn` before each park, and an unpark that comes between the look and the
/// park makes that park return at once.
final class ThreadBlock<T extends @Nullable Object> extends CheckedFuture<T> implements Runnable {
    private static final ScopedValue<ThreadBlock<?>> RUNNING = ScopedValue.newInstance();
    private static final Set<String> OURS =
            Set.of(Async.class.getName(), NotCompiled.class.getName(), ThreadBlock.class.getName());
    private static final AtomicBoolean SAID = new AtomicBoolean();

    /// So often an await may be cut in one winding down, before the block is taken for one that swallows the signal.
    private static final int MOST_CUTS = 100;

    private final String name;
    private final Callable<T> body;
    private @Nullable BlockThreads threads;
    private volatile boolean bodysTurn;
    private @Nullable Thread thread;
    private @Nullable Thread poller;

    private @Nullable Future<?> awaited;
    private @Nullable StackTraceElement site;
    private @Nullable Object value;
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean unwinding;
    private boolean cutting;
    private int cuts;

    ThreadBlock(String name, Callable<T> body) {
        this.name = name;
        this.body = body;
    }

    /// What unwinds the body of a block that is cancelled. A `catch (Throwable)` sees it here.
    private static final class Signal extends Throwable {
        @Serial
        private static final long serialVersionUID = 1;

        Signal() {
            super("the block was cancelled", null, true, false);
        }
    }

    // ------------------------------------------------------------------------------------------------- the body

    /// The block that this thread runs, or null.
    static @Nullable ThreadBlock<?> current() {
        ThreadBlock<?> found = RUNNING.isBound() ? RUNNING.get() : null;
        return found != null && found.thread == Thread.currentThread() ? found : null;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            value = ScopedValue.where(RUNNING, this).call(body::call);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        ended = true;
        awaited = null;
        giveTurn();
    }

    /// Called by the body: blocks its thread until the future has a value.
    @Nullable
    Object await(Future<?> future) throws Exception {
        awaited = Objects.requireNonNull(future, "future must not be null");
        site = CallSite.outside(frame -> OURS.contains(frame.getClassName()));
        giveTurn();
        waitFor(true);
        Throwable thrown = failure;
        Object got = value;
        failure = null;
        value = null;
        if (thrown != null) {
            throw Throwing.sneak(thrown);
        }
        return got;
    }

    private void giveTurn() {
        Thread waiting = poller;
        bodysTurn = false;
        LockSupport.unpark(waiting);
    }

    private void waitFor(boolean turn) {
        boolean interrupted = false;
        while (bodysTurn != turn) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // not for us, and would make each park return at once
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ------------------------------------------------------------------------------------------------- the poll

    /// Lets the body run to its next await or its end.
    private void runBody() {
        poller = Thread.currentThread();
        bodysTurn = true;
        if (thread == null) {
            Objects.requireNonNull(threads).start(this);
        } else {
            LockSupport.unpark(thread);
        }
        waitFor(false);
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        if (threads == null) {
            threads = cx.get(BlockThreads.KEY);
            say();
            runBody();
        }
        while (!ended) {
            if (!goOn(cx)) {
                return PENDING;
            }
        }
        if (failure != null) {
            throw Throwing.sneak(failure);
        }
        return value;
    }

    /// Polls what the body awaits, and lets the body go on with the outcome; `false` when there is none yet.
    private boolean goOn(Context cx) {
        try {
            Object got = Objects.requireNonNull(awaited).pollRaw(cx);
            if (got == PENDING) {
                return false;
            }
            value = got;
        } catch (Throwable thrown) {
            failure = thrown;
        }
        runBody();
        return true;
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        if (!unwinding || cutting) {
            if (!unwind(cx)) {
                return false;
            }
        }
        while (!ended) {
            Grace grace = cx.find(Grace.KEY);
            if (grace != null && grace.isOver()) {
                cut(grace);
                cutting = true;
                if (!unwind(cx)) {
                    return false;
                }
            } else if (!goOn(cx)) {
                return false;
            }
        }
        Throwable left = failure;
        if (left instanceof Signal) {
            left = left.getSuppressed().length == 0 ? null : first(left.getSuppressed());
        }
        if (left != null) {
            throw Throwing.sneak(left);
        }
        return true;
    }

    private void cut(Grace grace) {
        StackTraceElement at = site;
        if (++cuts > MOST_CUTS) {
            throw new IllegalStateException("the cancel of " + this + " was swallowed again and again, the last time"
                    + " before the await at " + at);
        }
        if (at != null) {
            grace.cut(at);
        }
    }

    /// Of several failures of `close()` the first is the one that is thrown.
    private static Throwable first(Throwable[] failures) {
        for (int i = 1; i < failures.length; i++) {
            failures[0].addSuppressed(failures[i]);
        }
        return failures[0];
    }

    /// Winds down what the body awaits, and throws the signal at its await; `false` when that is not done yet.
    private boolean unwind(Context cx) {
        try {
            if (!Objects.requireNonNull(awaited).pollCancel(cx).isReady()) {
                return false;
            }
            failure = new Signal();
        } catch (Throwable thrown) {
            failure = thrown; // a failure of the clean-up takes the place of the signal
        }
        unwinding = true;
        cutting = false;
        runBody();
        return true;
    }

    private void say() {
        if (SAID.compareAndSet(false, true)) {
            System.getLogger("dev.wakeful")
                    .log(
                            System.Logger.Level.WARNING,
                            "the async block {0} was not compiled and runs on a thread of its own that blocks in await,"
                                    + " as -Dwakeful.await=block says; so do all others that were not compiled",
                            name);
        }
    }

    @Override
    public void describe(Description to) {
        to.label("uncompiled block " + name);
        Future<?> inner = awaited;
        StackTraceElement at = site;
        if (inner != null && at != null) {
            to.at(at);
            to.child(inner);
        }
    }
}
