// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.Timer;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Tasks on several threads. Each has a run queue, a timer wheel and an I/O driver of its own, and takes tasks from the
/// others when it has none.
///
/// A task that is woken by a task stays on the worker of that one, in its slot or queue; a task that is woken by a
/// driver is queued on the worker of the driver; one that is woken by any other thread goes to the global queue.
/// [Sleepers] has the argument why somebody is awake to poll it.
final class MultiThread extends Engine {
    private static final long LOOK_NANOS = 100_000;

    private final Core[] cores;
    private final Sleepers sleepers;
    private final GlobalQueue global = new GlobalQueue();
    private final LongAdder ended = new LongAdder();
    private final List<Root> roots = new CopyOnWriteArrayList<>();
    private final Crew crew = new Crew(this);
    private final IdleWatch idleWatch = new IdleWatch(tasks, ended::add);
    private volatile boolean stopping;
    private volatile @Nullable Thread closer;
    private final AtomicBoolean enteredAfterTheEnd = new AtomicBoolean();

    MultiThread(Settings settings) {
        super(settings);
        this.sleepers = new Sleepers(settings.workers());
        this.cores = new Core[settings.workers()];
        for (int i = 0; i < cores.length; i++) {
            cores[i] = new Core(this, i);
        }
    }

    /// Starts the workers.
    MultiThread start() {
        try {
            for (Core core : cores) {
                crew.start(core);
            }
        } catch (Throwable refused) {
            shutDown();
            throw refused;
        }
        Watch.add(this);
        return this;
    }

    // ------------------------------------------------------------------------------------------------- workers

    Crew crew() {
        return crew;
    }

    int workers() {
        return cores.length;
    }

    @Nullable
    Worker worker(int index) {
        return cores[index].worker();
    }

    Sleepers sleepers() {
        return sleepers;
    }

    GlobalQueue global() {
        return global;
    }

    boolean isStopping() {
        return stopping;
    }

    private static @Nullable Worker workerHere(MultiThread engine) {
        return Thread.currentThread() instanceof WorkerThread thread
                        && thread.worker().engine() == engine
                ? thread.worker()
                : null;
    }

    @Nullable
    Core coreHere() {
        Worker here = workerHere(this);
        return here == null ? null : here.core();
    }

    /// Whether a queue has a task that a worker could take.
    boolean hasWork() {
        if (!global.isEmpty()) {
            return true;
        }
        for (Core core : cores) {
            Worker worker = core.worker();
            if (worker != null && !worker.ring().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /// A task was queued: has a worker look for it, unless one is looking or none sleeps.
    void wakeOne() {
        int index = sleepers.claim();
        if (index >= 0) {
            cores[index].unpark();
        }
    }

    // ------------------------------------------------------------------------------------------------- tasks

    @Override
    public void schedule(Task<?> task) {
        Worker here = workerHere(this);
        if (here != null) {
            here.schedule(task);
        } else {
            global.add(task);
            try {
                wakeOne();
            } catch (StackOverflowError end) {
                StackRoom.broken = true;
            }
        }
    }

    @Override
    public TaskExecutor ofThisThread() {
        Worker here = workerHere(this);
        if (here == null) {
            throw notHere();
        }
        StackRoom.forAStep(); // for what the local tasks count
        return here.locals();
    }

    @Override
    public void ended(Task<?> task) {
        ended.increment();
        note(task);
        Throwable failure = task.failure();
        if (failure != null && !task.isObserved()) {
            unobserved(task, failure);
        }
        Thread waiting = closer;
        if (waiting != null && live() == 0) {
            LockSupport.unpark(waiting);
        }
    }

    @Override
    public void defer(Waker waker) {
        Worker here = workerHere(this);
        if (here != null) {
            here.defer(waker);
        } else {
            waker.wake();
        }
    }

    @Override
    public void defer(Task<?> task) {
        Worker here = workerHere(this);
        if (here != null) {
            here.defer(task);
        } else {
            task.resume();
        }
    }

    private Core here() {
        Core here = coreHere();
        return here == null ? cores[0] : here;
    }

    @Override
    Timer timer() {
        return here().timer;
    }

    @Override
    Network network() {
        return here().driver;
    }

    @Override
    RandomGenerator random() {
        Worker worker = workerHere(this);
        return worker == null ? settings.random() : worker.random();
    }

    @Override
    boolean isDrivenHere() {
        return workerHere(this) != null;
    }

    @Override
    long live() {
        return started.get() - ended.sum();
    }

    // ------------------------------------------------------------------------------------------------- blocking

    @Override
    Root open(Task<?> task) {
        var root = new Root(task, Thread.currentThread());
        root.unparkAtTheEnd();
        roots.add(root);
        task.start();
        return root;
    }

    @Override
    void await(Root root) throws InterruptedException {
        var patience = new Patience(settings, root);
        try {
            while (!root.isFinished() && !patience.isOver()) {
                LockSupport.parkNanos(this, patience.nanos(Long.MAX_VALUE));
                patience.lookForInterrupt();
            }
        } finally {
            roots.remove(root);
        }
        patience.rethrow();
    }

    @Override
    boolean driveToTheEnd(long nanos) {
        var patience = new Patience(settings, nanos);
        closer = Thread.currentThread();
        while (live() > 0 && !patience.isOver()) {
            LockSupport.parkNanos(this, patience.nanos(Long.MAX_VALUE));
            patience.lookForInterrupt();
        }
        return patience.wasInterrupted();
    }

    @Override
    void shutDown() {
        Watch.remove(this);
        stopping = true;
        for (Core core : cores) {
            core.unpark();
        }
        boolean interrupted = crew.awaitTheEnd();
        for (Core core : cores) {
            core.close();
        }
        for (Root root : roots) {
            root.giveUp(this + " was closed, and it did not end within the grace period");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    boolean enterAfterTheEnd() {
        return enteredAfterTheEnd.compareAndSet(false, true);
    }

    @Override
    void leaveAfterTheEnd() {
        enteredAfterTheEnd.set(false);
    }

    // ------------------------------------------------------------------------------------------------- lost tasks

    IdleWatch idleWatch() {
        return idleWatch;
    }

    /// Whether all workers but this one sleep, and nothing of the runtime's own could ever wake a task.
    boolean isHopeless(int worker) {
        if (!sleepers.othersSleep(worker)
                || crew.isBusyAlone()
                || !global.isEmpty()
                || blocking.running() > 0
                || live() == 0) {
            return false;
        }
        for (Core core : cores) {
            if (!core.isHopeless()) {
                return false;
            }
        }
        return true;
    }

    /// Nothing has come for a while: looks whether anything can still wake a task. A worker that is woken meanwhile
    /// waits until that is over: it turns its sleep bit off and then sees `looking`, or this one sees that it is awake.
    void lookForLost(int worker) {
        if (looking.compareAndSet(false, true)) {
            try {
                if (isHopeless(worker)) {
                    lostWatch.giveBack();
                    idleWatch.look(roots, crew.done().polls());
                }
            } finally {
                looking.set(false);
            }
        }
    }

    void awaitLook() {
        while (looking.get()) {
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
    }

    // ------------------------------------------------------------------------------------------------- looking

    @Override
    boolean look() {
        crew.there().forEach(Worker::look);
        return !sleepers.allSleep() || crew.isBusyAlone();
    }

    @Override
    void unparkAll() {
        for (Core core : cores) {
            core.unpark();
        }
        for (Worker worker : crew.there()) {
            LockSupport.unpark(worker.thread());
            if (worker.isReplaced()) {
                worker.giveQueuesUp();
            }
        }
    }

    @Override
    RuntimeMetrics metrics() {
        WorkDone done = crew.done();
        int queued = global.size();
        int timers = 0;
        int sockets = 0;
        for (Worker worker : crew.there()) {
            queued += worker.queued();
        }
        for (Core core : cores) {
            timers += core.timer.size();
            sockets += core.driver.registrations();
        }
        long all = started.get();
        return new RuntimeMetrics(
                settings.name(),
                all,
                all - ended.sum(),
                done.polls(),
                done.wakes(),
                done.steals(),
                done.parks(),
                queued,
                timers,
                sockets,
                blocking.running(),
                done.pollTimes(),
                done.waits());
    }

    @Override
    RuntimeDump dump() {
        return RuntimeDump.of(metrics(), tasks.live(), task -> {
            for (Worker worker : crew.there()) {
                if (worker.polls().running() == task) {
                    return worker.thread();
                }
            }
            return null;
        });
    }
}
