// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.BlockThreads;
import dev.wakeful.Context;
import dev.wakeful.Report;
import dev.wakeful.Waker;
import dev.wakeful.spi.Blocking;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.Spawner;
import dev.wakeful.spi.Timer;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Tasks on several threads. Each has a run queue, a timer wheel and an I/O driver of its own, and takes tasks from the
/// others when it has none.
///
/// A task that is woken by a task stays on the worker of that one, in its slot or queue; a task that is woken by a
/// driver is queued on the worker of the driver; one that is woken by any other thread goes to the global queue.
/// [Sleepers] has the argument why somebody is awake to poll it.
final class MultiThread extends Engine {
    private static final System.Logger LOG = System.getLogger("dev.wakeful.runtime");

    /// How long closing waits for the threads when their tasks have ended or were given up.
    private static final long LAST_POLLS_NANOS = 1_000_000_000;

    private static final long LOOK_NANOS = 100_000;

    private final Core[] cores;
    private final Sleepers sleepers;
    private final GlobalQueue global = new GlobalQueue();
    private final LongAdder ended = new LongAdder();
    private final List<Root> roots = new CopyOnWriteArrayList<>();
    private final Set<Worker> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger appointments = new AtomicInteger();
    private final LongAdder pollsBefore = new LongAdder();
    private final LongAdder parksBefore = new LongAdder();
    /// Threads that have no core: held up by a task, or with local tasks that they alone may poll.
    private final AtomicInteger alone = new AtomicInteger();

    /// Those of them that are not parked.
    private final AtomicInteger busyAlone = new AtomicInteger();

    private final IdleWatch idleWatch = new IdleWatch(tasks, ended::add);
    private final AtomicBoolean noThreads = new AtomicBoolean();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final LongAdder wakesBefore = new LongAdder();
    private final LongAdder stealsBefore = new LongAdder();
    private final List<LatencyHistogram.Recorder> pollTimes = new CopyOnWriteArrayList<>();
    private final List<LatencyHistogram.Recorder> waits = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;
    private volatile @Nullable Thread closer;

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
                appoint(candidate(core), null);
            }
        } catch (Throwable refused) {
            shutDown();
            throw refused;
        }
        Watch.add(this);
        return this;
    }

    // ------------------------------------------------------------------------------------------------- workers

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

    /// A worker for a core, whose thread has started and waits until it is appointed or dismissed. Throws when the
    /// system gives no thread; nothing has changed then.
    private Worker candidate(Core core) {
        int number = appointments.getAndIncrement();
        var random = new SplittableRandom(settings.seed() + number * 0x9E3779B97F4A7C15L);
        var next = new Worker(this, core, random, number - core.index < cores.length ? 0 : number);
        settings.starter().accept(next.thread());
        return next;
    }

    /// Puts a new worker in the place of `before`, which touches the core no more.
    private void appoint(Worker next, @Nullable Worker before) {
        Core core = next.core();
        if (!core.replace(before, next)) {
            throw new IllegalStateException(core + " has another worker than " + before);
        }
        if (before != null) {
            before.giveQueuesUp();
        }
        pollTimes.add(next.polls().sampler().pollTimes);
        waits.add(next.polls().sampler().waits);
        threads.add(next);
        LockSupport.unpark(next.thread());
    }

    /// A task holds the thread of a worker: what that one has is given to a new one, and it ends when it comes back.
    /// There are at most twice as many threads as workers; when all of these are held up, so is the runtime. `false`
    /// when that was not possible now.
    boolean replace(Worker held) {
        if (stopping || alone.get() >= cores.length) {
            return false;
        }
        Worker next;
        try {
            next = candidate(held.core());
            noThreads.set(false);
        } catch (Throwable refused) { // no memory for a thread: the watch comes again
            if (!noThreads.getAndSet(true)) {
                LOG.log(Level.ERROR, "a task holds " + held + ", and there is no thread to take over", refused);
            }
            return false;
        }
        if (!held.polls().seize()) {
            next.dismiss();
            return false;
        }
        takeOver(next, held);
        return true;
    }

    private void takeOver(Worker next, Worker before) {
        alone.getAndIncrement();
        pollsAlone();
        appoint(next, before);
    }

    /// A thread without a core parks.
    void restsAlone() {
        busyAlone.getAndDecrement();
    }

    /// A thread without a core polls.
    void pollsAlone() {
        busyAlone.getAndIncrement();
    }

    /// A worker cannot go on because of something outside of its tasks. `false` when it must all the same, since there
    /// is no thread for another one.
    boolean died(Worker worker, Throwable broken) {
        LOG.log(Level.ERROR, "the worker thread \"" + worker.thread().getName() + "\" died and is replaced", broken);
        if (stopping) {
            return true;
        }
        try {
            takeOver(candidate(worker.core()), worker);
            return true;
        } catch (Throwable refused) { // no memory for a thread
            LOG.log(Level.ERROR, "there is no thread to take over from " + worker + ", which goes on", refused);
            return false;
        }
    }

    /// The thread of a worker ends.
    void left(Worker worker) {
        if (threads.remove(worker)) {
            pollsBefore.add(worker.polls().count());
            parksBefore.add(worker.polls().parks());
            wakesBefore.add(worker.polls().sampler().wakes());
            stealsBefore.add(worker.steals());
        }
        if (worker.isReplaced()) {
            restsAlone();
            alone.getAndDecrement();
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
            wakeOne();
        }
    }

    @Override
    public TaskExecutor ofThisThread() {
        Worker here = workerHere(this);
        if (here == null) {
            throw notHere();
        }
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
    @SuppressWarnings("unchecked") // the keys say what is under them
    public <V> @Nullable V find(Context.Key<V> key) {
        Object found = null;
        if (key == Timer.KEY) {
            found = timer();
        } else if (key == Network.KEY) {
            found = here().driver;
        } else if (key == Context.RANDOM) {
            Worker worker = workerHere(this);
            found = worker == null ? settings.random() : worker.random();
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

    private Core here() {
        Core here = coreHere();
        return here == null ? cores[0] : here;
    }

    @Override
    Timer timer() {
        return here().timer;
    }

    @Override
    boolean isPolledHere() {
        return workerHere(this) != null;
    }

    @Override
    long live() {
        return started.get() - ended.sum();
    }

    // ------------------------------------------------------------------------------------------------- blocking

    @Override
    Root open(Task<?> task) {
        var root = new Root(task);
        root.unparkAtTheEnd(Thread.currentThread());
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
        for (Worker worker : threads) {
            LockSupport.unpark(worker.thread());
        }
        boolean interrupted = join();
        for (Worker left : threads) {
            Task<?> held = left.polls().running();
            var text = new StringBuilder("the worker thread \"" + left.thread().getName() + "\" has not ended"
                    + (held == null ? "" : ", as " + held + " holds it") + "; it is at:");
            for (StackTraceElement frame : left.thread().getStackTrace()) {
                text.append("\n    at ").append(frame);
            }
            LOG.log(Level.WARNING, text.toString());
        }
        for (Core core : cores) {
            core.close();
        }
        for (Root root : roots) {
            root.giveUp(settings.name() + " was closed, and it did not end within the grace period");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for the threads, with a bound. `true` when interrupted meanwhile.
    private boolean join() {
        var patience = new Patience(settings, LAST_POLLS_NANOS);
        for (Worker worker : threads) {
            Thread thread = worker.thread();
            while (thread.isAlive() && !patience.isOver()) {
                try {
                    thread.join(Math.max(1, patience.nanos(LAST_POLLS_NANOS) / 1_000_000));
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    patience.lookForInterrupt();
                }
            }
        }
        return patience.wasInterrupted();
    }

    // ------------------------------------------------------------------------------------------------- lost tasks

    IdleWatch idleWatch() {
        return idleWatch;
    }

    /// Whether all workers but this one sleep, and nothing of the runtime's own could ever wake a task.
    boolean isHopeless(int worker) {
        if (!sleepers.othersSleep(worker)
                || busyAlone.get() > 0
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
                    idleWatch.look(roots, metrics().polls());
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
        threads.forEach(Worker::look);
        return !sleepers.allSleep() || busyAlone.get() > 0;
    }

    @Override
    RuntimeMetrics metrics() {
        long polls = pollsBefore.sum();
        long parks = parksBefore.sum();
        long wakes = wakesBefore.sum();
        long steals = stealsBefore.sum();
        int queued = global.size();
        int timers = 0;
        int sockets = 0;
        for (Worker worker : threads) {
            polls += worker.polls().count();
            parks += worker.polls().parks();
            wakes += worker.polls().sampler().wakes();
            steals += worker.steals();
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
                polls,
                wakes,
                steals,
                parks,
                queued,
                timers,
                sockets,
                blocking.running(),
                LatencyHistogram.of(pollTimes),
                LatencyHistogram.of(waits));
    }

    @Override
    RuntimeDump dump() {
        return RuntimeDump.of(metrics(), tasks.live(), task -> {
            for (Worker worker : threads) {
                if (worker.polls().running() == task) {
                    return worker.thread();
                }
            }
            return null;
        });
    }
}
