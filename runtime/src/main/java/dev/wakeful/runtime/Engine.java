// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.BlockThreads;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import dev.wakeful.internal.Words;
import dev.wakeful.spi.Blocking;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.Spawner;
import dev.wakeful.spi.Timer;
import dev.wakeful.task.LostWatch;
import dev.wakeful.task.Quiescence;
import dev.wakeful.task.SelfWakes;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import dev.wakeful.task.TaskList;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What stands behind an [AsyncRuntime]: an executor with its tasks, its drivers and its end.
///
/// It does not know the runtime, so that threads which hold the engine do not keep the runtime reachable.
abstract sealed class Engine implements TaskExecutor, Spawner permits CurrentThread, MultiThread {

    /// How long the clean-up that does not wait may take after the grace period.
    private static final long CUT_NANOS = 250_000_000;

    /// How much time passes between two looks at whether a task is lost while others go on.
    private static final long LOST_NANOS = 10_000_000_000L;

    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int CLOSED = 2;

    final Settings settings;
    final TaskList tasks = new TaskList();
    final VirtualBlocking blocking = new VirtualBlocking();
    final AtomicLong started = new AtomicLong();
    final Consumer<Report> reports;
    final Observed observed;
    final LostWatch lostWatch = new LostWatch(tasks, LOST_NANOS);
    private final SelfWakes selfWakes = new SelfWakes();
    private final Refusing refusing = new Refusing();
    private final UnreadFailures unread = new UnreadFailures(this::unobserved);
    private final AtomicInteger state = new AtomicInteger(OPEN);

    /// Somebody looks at all tasks: for those that are lost, whom nobody else can find meanwhile, or for those that are
    /// astray.
    final AtomicBoolean looking = new AtomicBoolean();

    /// There may be tasks that are astray. Used by the watch.
    private boolean mayBeAstray;

    /// When the clean-up of all tasks ends because the runtime is being closed.
    private volatile long closingNanos = Long.MAX_VALUE;

    private volatile Management.@Nullable Bean bean;

    /// The thread that closes it.
    private volatile @Nullable Thread closedBy;

    /// Threads that wait until it is closed.
    private final ConcurrentLinkedQueue<Thread> closers = new ConcurrentLinkedQueue<>();

    /// The failure that has shut the engine down before anybody closed it.
    private final AtomicReference<@Nullable String> stopped = new AtomicReference<>();

    Engine(Settings settings) {
        this.settings = settings;
        this.reports = settings::report;
        this.observed = settings.observed();
        StackRoom.forAStep(); // its class is ready before anybody comes to the end of a stack
    }

    /// The task that the calling thread is polling, of whatever runtime.
    static @Nullable Task<?> polledHere() {
        return Thread.currentThread() instanceof WorkerThread thread
                ? thread.worker().polls().running()
                : CurrentThread.polledByDriver();
    }

    /// Whether the calling thread is one that polls the tasks of this engine, in a poll or between two of them.
    abstract boolean isDrivenHere();

    /// Blocks until a root has finished.
    ///
    /// @throws InterruptedException when the thread was interrupted, after the root was wound down
    abstract void await(Root root) throws InterruptedException;

    /// Has tasks polled until none is left or the time is over. `true` when the thread was interrupted meanwhile.
    abstract boolean driveToTheEnd(long nanos);

    /// Looks after the threads that poll. Called by the watch. Whether one of them is awake.
    abstract boolean look();

    /// Has all threads look for work.
    abstract void unparkAll();

    /// Looks for tasks that a wake could not queue, and has all threads look for work. Called by the watch.
    ///
    /// @param broken whether there may be some since the last time
    final void mend(boolean broken) {
        mayBeAstray |= broken;
        if (mayBeAstray && looking.compareAndSet(false, true)) {
            try {
                mayBeAstray = false;
                tasks.queueAstray();
            } finally {
                looking.set(false);
            }
            unparkAll();
        }
    }

    /// Ends the threads, and closes the drivers.
    abstract void shutDown();

    /// How many tasks have not ended.
    abstract long live();

    abstract RuntimeMetrics metrics();

    abstract RuntimeDump dump();

    /// The timer of the calling thread.
    abstract Timer timer();

    /// The sockets of the calling thread.
    abstract Network network();

    /// The random numbers of the calling thread.
    abstract RandomGenerator random();

    abstract Root open(Task<?> task);

    // ------------------------------------------------------------------------------------------------- tasks

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(String name, Future<T> future) {
        String refusal = refusal();
        if (refusal != null) {
            var refused = new Task<>(refusing, name, future);
            refused.abort(refusal);
            refused.start();
            refused.run();
            return refused;
        }
        var task = new Task<>(this, name, future);
        task.start();
        endIfLate(task);
        return task;
    }

    /// Ends a task that has been started if the runtime ends meanwhile: the one who ends it may not have seen the task.
    ///
    /// No task is left: it is among the live ones before the state is read here, and who ends the runtime says that it
    /// is closed before looking at the live ones for the last time.
    final void endIfLate(Task<?> task) {
        String ending = refusal();
        if (ending != null) {
            task.abort(ending);
            if (isClosed()) {
                endUnpolled();
            }
        }
    }

    /// Ends the tasks that nobody has polled and nobody will, since the runtime is closed. By one thread at a time; one
    /// that finds another there leaves its task to that one, which looks once more after it has let others in.
    final void endUnpolled() {
        while (tasks.live().stream().anyMatch(Task::awaitsFirstPoll) && enterAfterTheEnd()) {
            try {
                for (Task<?> task : tasks.live()) {
                    if (task.awaitsFirstPoll()) {
                        task.abort(this + " was closed");
                        task.run();
                    }
                }
            } finally {
                leaveAfterTheEnd();
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // the keys say what is under them
    public final <V> @Nullable V find(Context.Key<V> key) {
        Object found = null;
        if (key == Timer.KEY) {
            found = timer();
        } else if (key == Network.KEY) {
            found = network();
        } else if (key == Context.RANDOM) {
            found = random();
        } else if (key == Spawner.KEY) {
            found = this;
        } else if (key == Blocking.KEY) {
            found = blocking;
        } else if (key == Report.KEY) {
            found = reports;
        } else if (key == BlockThreads.KEY) {
            found = VirtualBlockThreads.INSTANCE;
        }
        return (V) found;
    }

    /// Lets the calling thread run tasks although the engine is closed, unless another thread does so.
    abstract boolean enterAfterTheEnd();

    abstract void leaveAfterTheEnd();

    /// A local task was to be spawned on a thread that does not poll tasks.
    final IllegalStateException notHere() {
        return new IllegalStateException("a local task is polled by the thread that spawns it, but the thread \""
                + Words.inLine(Thread.currentThread().getName()) + "\" polls no tasks of " + this
                + "; call spawnLocal inside a block that this runtime runs");
    }

    @Override
    public void enter(Task<?> task) {
        tasks.add(task);
    }

    @Override
    public void started(Task<?> task) {
        observed.taskStarted(task);
    }

    @Override
    public long nextTaskId() {
        return started.incrementAndGet();
    }

    /// What is the same of every task that has ended.
    final void note(Task<?> task) {
        observed.taskEnded(task);
        tasks.countEnded(task);
    }

    @Override
    public void unread(Task<?> task, Throwable failure, TaskScope scope) {
        unread.keep(task, failure, scope);
    }

    @Override
    public void scopeEnded(TaskScope scope) {
        unread.scopeEnded(scope);
    }

    @Override
    public void unobserved(Task<?> task, Throwable failure) {
        unobserved((TaskRef) task, failure);
    }

    private void unobserved(TaskRef task, Throwable failure) {
        if (settings.unhandled() != UnhandledFailure.IGNORE) {
            settings.report(task, failure);
        }
        if (settings.unhandled() == UnhandledFailure.SHUT_DOWN) {
            stop(task + " failed, and nobody awaits it: " + Words.of(failure));
        }
    }

    private void stop(String reason) {
        if (stopped.compareAndSet(null, reason)) {
            for (Task<?> task : tasks.live()) {
                task.abort(reason);
            }
        }
    }

    /// Why no more tasks are taken, or `null` while they are.
    @Nullable
    String refusal() {
        return isOpen() ? stopped.get() : this + " was closed";
    }

    @Override
    public void report(Report report) {
        settings.report(report);
    }

    @Override
    public void wokeItself(Task<?> task) {
        selfWakes.look(task, this);
    }

    @Override
    public long graceNanos() {
        return settings.graceNanos();
    }

    @Override
    public long cleanUpEndNanos() {
        return closingNanos;
    }

    @Override
    public void cleanUpCut(Task<?> task, StackTraceElement site) {
        report(new Report(
                "clean-up-cut",
                "the grace period of " + task + " is over, and its clean-up was cut at " + site
                        + "; have it end sooner, or shield it",
                task));
    }

    /// Ends all clean-up when `graceNanos` have passed, whatever its own period says.
    void limitCleanUp(long graceNanos) {
        closingNanos = Timer.after(settings.clock().nanos(), graceNanos);
    }

    // ------------------------------------------------------------------------------------------------- state

    boolean isOpen() {
        return state.get() == OPEN;
    }

    boolean isClosed() {
        return state.get() == CLOSED;
    }

    /// Cancels what lives, waits for its clean-up, names what will not end, and ends. Once; who comes later waits for
    /// that, as long as it would have given the clean-up.
    final void close(long graceNanos) {
        if (!state.compareAndSet(OPEN, CLOSING)) {
            awaitClosed(graceNanos);
            return;
        }
        closedBy = Thread.currentThread();
        Management.Bean published = bean;
        if (published != null) {
            published.close();
        }
        for (Task<?> task : tasks.live()) {
            task.abort(this + " is being closed");
        }
        limitCleanUp(graceNanos);
        boolean interrupted = driveToTheEnd(graceNanos);
        if (live() > 0) { // the grace period is over: each await of clean-up is cut, and what does not wait still runs
            tasks.live().forEach(Task::notifyTask);
            interrupted |= driveToTheEnd(CUT_NANOS);
        }
        List<Task<?>> left = tasks.live();
        if (!left.isEmpty()) {
            Log.log(
                    Level.WARNING,
                    this + " was closed although " + left.size() + " tasks did not end within "
                            + Duration.ofNanos(graceNanos) + "; " + Quiescence.waiting(left));
        }
        shutDown();
        unread.reportAll();
        state.set(CLOSED);
        endUnpolled();
        closers.forEach(LockSupport::unpark);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until the one who closes it has done so. No wake is lost: who waits is among the closers before it reads
    /// the state, and the end writes the state before it reads the closers.
    private void awaitClosed(long nanos) {
        Thread here = Thread.currentThread();
        if (here == closedBy) {
            return; // a handler that is called by the end of the runtime
        }
        long end = Timer.after(settings.clock().nanos(), nanos);
        boolean interrupted = false;
        closers.add(here);
        while (!isClosed() && settings.clock().nanos() < end) {
            LockSupport.parkNanos(this, end - settings.clock().nanos());
            interrupted |= Thread.interrupted();
        }
        closers.remove(here);
        if (interrupted) {
            here.interrupt();
        }
    }

    /// Has the runtime found by management clients. Called once, by the thread that builds it.
    final void publish() {
        try {
            bean = Management.add(this);
        } catch (LinkageError _) {
            bean = null; // a JVM without that module
        }
    }

    /// Its name, in one line.
    @Override
    public String toString() {
        return Words.inLine(settings.name());
    }
}
