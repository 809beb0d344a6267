// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import dev.wakeful.internal.Begun;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.Timer;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import dev.wakeful.task.TaskQueue;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/*
 * Why no task is forgotten. A task that is scheduled by the driving thread goes to `local`, which that thread looks at before it
 * blocks. Any other thread puts it into `inbound` and then unparks; Parker has the argument. `driving` says whose thread it is;
 * only the thread itself writes it, by CAS from null and back to null, so a thread that reads itself there is the one.
 *
 * A thread whose root has not finished waits while another one drives:
 *
 *   waiting thread                           driving thread, on its way out or when a root has ended
 *   W1  put itself into `waiters`            D1  driving = null, or the root is complete
 *   W2  root finished, or driving null?      D2  unpark the oldest waiter, or the one of the root
 *   W3  no: park
 *
 * If D2 misses the waiter, W1 came after D2, so W2 sees D1. Otherwise the permit of D2 ends W3.
 *
 * One waiter is told that nobody drives. It drives then, or has no need to and leaves; and whoever leaves `blockOn` or `close`
 * does D2 once more, when nobody drives. So as long as somebody waits, one drives or has been told.
 */

/// All tasks on one thread at a time: whichever is in `blockOn`.
final class CurrentThread extends Engine implements WheelTimer.Driving {
    /// The executor that the thread drives; for telling a `blockOn` inside a task by name, and for nothing else.
    private static final ThreadLocal<@Nullable CurrentThread> DRIVEN = new ThreadLocal<>();

    private static final int INBOUND_BEAT = 31;
    private static final int DRIVER_BEAT = 61;

    /// How many polls there are between two looks at whether it is time to look for lost tasks.
    private static final int LOST_BEAT = 16 * DRIVER_BEAT;

    private final RandomGenerator random;
    private RunQueue local = new RunQueue();
    private final TaskQueue inbound = new TaskQueue();
    private final Parker parker = new Parker();
    private final WheelTimer timer;
    private final NioDriver driver = new NioDriver(this);
    private final IdleWatch idleWatch = new IdleWatch(tasks, this::forget);
    private final LongPolls longPolls;
    private final List<Root> roots = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Thread> waiters = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Thread> driving = new AtomicReference<>();

    // Used by the driving thread.
    private final Deferred deferred = new Deferred();
    private final Sampler sampler;
    private @Nullable Task<?> running;
    private long polls;
    private boolean watched;
    private volatile long ended;

    // Written by the driving thread, for metrics.
    private volatile long pollsSoFar;
    private volatile long parks;

    CurrentThread(Settings settings) {
        super(settings);
        this.random = settings.random();
        this.sampler = new Sampler(settings.observed());
        this.timer = new WheelTimer(settings.clock(), this);
        this.longPolls = new LongPolls(settings, () -> true); // nobody else could take over
    }

    /// The task that the calling thread is polling while it drives an engine of this kind.
    static @Nullable Task<?> polledByDriver() {
        CurrentThread here = DRIVEN.get();
        return here == null ? null : here.running;
    }

    @Override
    boolean isDrivenHere() {
        return DRIVEN.get() == this;
    }

    // ------------------------------------------------------------------------------------------------- tasks

    @Override
    public void schedule(Task<?> task) {
        if (isHere()) {
            sampler.scheduled(task);
            local.add(task);
        } else {
            inbound.add(task);
            try {
                parker.unpark();
            } catch (StackOverflowError end) {
                StackRoom.broken = true;
            }
        }
    }

    /// All tasks are polled by the thread that drives, so a local one is as any other.
    @Override
    public TaskExecutor ofThisThread() {
        if (!isHere()) {
            throw notHere();
        }
        return this;
    }

    @Override
    public void ended(Task<?> task) {
        long soFar = ended;
        ended = soFar + 1; // no update is lost: one thread at a time drives
        note(task);
        Throwable failure = task.failure();
        if (failure != null && !task.isObserved() && !isRoot(task)) {
            unobserved(task, failure);
        }
        if (!waiters.isEmpty()) {
            tellWaiters(task);
        }
    }

    /// Tells those for whom the end of a task means something.
    private void tellWaiters(Task<?> ended) {
        for (Root root : roots) {
            if (root.isOf(ended)) {
                root.unpark();
            }
        }
        if (live() == 0) {
            unparkWaiters();
        }
    }

    private boolean isRoot(Task<?> task) {
        for (Root root : roots) {
            if (root.isOf(task)) {
                return true;
            }
        }
        return false;
    }

    private void forget(int gone) {
        long soFar = ended;
        ended = soFar + gone; // no update is lost: one thread at a time drives
    }

    @Override
    public void defer(Waker waker) {
        if (isHere()) {
            deferred.add(waker);
        } else {
            waker.wake();
        }
    }

    @Override
    public void defer(Task<?> task) {
        deferred.add(task);
    }

    @Override
    long live() {
        return started.get() - ended;
    }

    @Override
    RuntimeMetrics metrics() {
        long all = started.get();
        return new RuntimeMetrics(
                settings.name(),
                all,
                all - ended,
                isHere() ? polls : pollsSoFar,
                sampler.wakes(),
                0,
                parks,
                local.size(),
                timer.size(),
                driver.registrations(),
                blocking.running(),
                LatencyHistogram.EMPTY.plus(sampler.pollTimes),
                LatencyHistogram.EMPTY.plus(sampler.waits));
    }

    @Override
    RuntimeDump dump() {
        Thread thread = driving.get();
        return RuntimeDump.of(metrics(), tasks.live(), task -> task == running ? thread : null);
    }

    @Override
    Timer timer() {
        return timer;
    }

    @Override
    Network network() {
        return driver;
    }

    @Override
    RandomGenerator random() {
        return random;
    }

    // ------------------------------------------------------------------------------------------------- driving

    private boolean isHere() {
        return driving.get() == Thread.currentThread();
    }

    @Override
    public boolean enter() {
        return isHere();
    }

    @Override
    public void leave() {}

    @Override
    public void unpark() {
        parker.unpark();
    }

    @Override
    Root open(Task<?> task) {
        var root = new Root(task, Thread.currentThread());
        roots.add(root);
        task.start();
        return root;
    }

    /// Drives the tasks meanwhile, unless another thread does.
    @Override
    void await(Root root) throws InterruptedException {
        var patience = new Patience(settings, root);
        try {
            while (!root.isFinished() && !patience.isOver()) {
                driveOrWait(root::isFinished, patience);
            }
        } finally {
            roots.remove(root);
            handOn();
        }
        patience.rethrow();
    }

    @Override
    boolean driveToTheEnd(long nanos) {
        var patience = new Patience(settings, nanos);
        try {
            while (live() > 0 && !patience.isOver()) {
                driveOrWait(() -> live() == 0, patience);
            }
        } finally {
            handOn();
        }
        return patience.wasInterrupted();
    }

    /// Drives until `goal` is reached or the patience is over; or waits for the thread that drives to finish, and
    /// returns then.
    private void driveOrWait(BooleanSupplier goal, Patience patience) {
        Thread here = Thread.currentThread();
        if (driving.compareAndSet(null, here)) {
            CurrentThread outer = DRIVEN.get();
            DRIVEN.set(this);
            observed.workerStarted();
            try {
                drive(goal, patience);
            } finally {
                pollsSoFar = polls;
                observed.workerEnded();
                DRIVEN.set(outer);
                driving.set(null);
            }
            if (isClosed()) {
                endUnpolled(); // who came late has left it to this thread, which drove
            }
            return;
        }
        waiters.add(here);
        try {
            if (!goal.getAsBoolean() && driving.get() != null) {
                LockSupport.parkNanos(this, patience.nanos(Long.MAX_VALUE));
                patience.lookForInterrupt();
            }
        } finally {
            waiters.remove(here);
        }
    }

    /// The calling thread leaves: has another one drive for those who wait.
    private void handOn() {
        if (driving.get() == null) {
            LockSupport.unpark(waiters.peek());
        }
    }

    private void unparkWaiters() {
        for (Thread waiter : waiters) {
            LockSupport.unpark(waiter);
        }
    }

    private void drive(BooleanSupplier goal, Patience patience) {
        if (!watched) {
            watched = true;
            tasks.queueAstray(); // nobody has looked until now
            Watch.add(this);
        } else {
            Watch.awake();
        }
        while (!goal.getAsBoolean()) {
            if (polls % DRIVER_BEAT == 0) {
                pollsSoFar = polls;
                sampler.beat();
                driver.beat(DRIVER_BEAT);
                afterEvents();
                if (polls % LOST_BEAT == 0) {
                    lostWatch.look(timer.nanos());
                }
                patience.lookForInterrupt();
                if (patience.isOver()) {
                    return;
                }
            }
            Task<?> task = next();
            if (task != null) {
                polls++;
                run(task);
                continue;
            }
            turn();
            if (local.isEmpty() && inbound.isEmpty()) {
                park(patience);
                if (patience.isOver()) {
                    return;
                }
            }
        }
    }

    private @Nullable Task<?> next() {
        if (polls % INBOUND_BEAT == 0) {
            Task<?> outside = inbound.poll();
            if (outside != null) {
                return outside;
            }
        }
        Task<?> task = local.poll();
        return task != null ? task : inbound.poll();
    }

    private void run(Task<?> task) {
        running = task;
        Object measured = sampler.begin(task);
        try {
            task.run(settings.budget());
        } catch (Throwable broken) { // a task catches what its future throws; this is a fault of what surrounds it
            settings.report(task, broken);
        } finally {
            sampler.end(measured, task);
            running = null;
        }
    }

    /// Looks at the drivers, and then lets those go on that had stepped aside.
    private void turn() {
        driver.turn();
        afterEvents();
    }

    private void afterEvents() {
        Begun.reportGone();
        timer.advance();
        if (local.isEmpty()) {
            local = deferred.exchange(local);
            sampler.resumed(local.size(), local.peek());
        }
        deferred.wakeAll();
    }

    private void park(Patience patience) {
        pollsSoFar = polls;
        long soFar = parks;
        parks = soFar + 1; // no update is lost: one thread at a time drives
        long toTimer = timer.nanosToNext();
        boolean hopeless = toTimer == Long.MAX_VALUE && blocking.running() == 0 && live() > 0 && !driver.isAwaited();
        long nanos = patience.nanos(hopeless ? idleWatch.delayNanos() : toTimer);
        long since = hopeless ? timer.nanos() : 0;
        if (nanos > 0) {
            observed.parked();
            if (driver.selects()) {
                parker.park(() -> driver.block(nanos), driver::unblock);
            } else {
                Thread here = Thread.currentThread();
                parker.park(() -> LockSupport.parkNanos(this, nanos), () -> LockSupport.unpark(here));
            }
            observed.unparked();
        }
        Watch.awake();
        patience.lookForInterrupt();
        sampler.beat();
        turn();
        lostWatch.look(timer.nanos());
        boolean waitedInVain = hopeless && timer.nanos() - since >= nanos; // parking may end early, for no reason
        if (waitedInVain && local.isEmpty() && inbound.isEmpty() && !patience.isOver()) {
            lookForLost();
            unparkWaiters();
        }
    }

    private void lookForLost() {
        if (looking.compareAndSet(false, true)) {
            try {
                lostWatch.giveBack();
                idleWatch.look(roots, polls);
            } finally {
                looking.set(false);
            }
        }
    }

    /// What it reads of the driving thread's fields may be of some moments ago, which puts a report off.
    @Override
    boolean look() {
        Thread thread = driving.get();
        longPolls.look(polls + parks, running, thread);
        return thread != null && !parker.isParked();
    }

    @Override
    void unparkAll() {
        parker.unpark();
        unparkWaiters();
    }

    @Override
    boolean enterAfterTheEnd() {
        return driving.compareAndSet(null, Thread.currentThread());
    }

    @Override
    void leaveAfterTheEnd() {
        driving.set(null);
        unparkWaiters();
    }

    /// Called when nobody drives any more.
    @Override
    void shutDown() {
        Watch.remove(this);
        driver.close();
    }
}
