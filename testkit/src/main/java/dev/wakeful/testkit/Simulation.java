// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Report;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.spi.Blocking;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.Resolver;
import dev.wakeful.spi.Spawner;
import dev.wakeful.spi.Timer;
import dev.wakeful.task.SelfWakes;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/*
 * Why no wake from another thread is lost, the only concurrency there is here (a simulation otherwise has one thread):
 *
 *   waking thread                     driving thread
 *   N1  inbox.add(task)               D1  parked = true
 *   N2  unpark(driver)                D2  drain the inbox; if it was empty: park
 *
 * An unpark that comes before the park makes it return at once, and N1 is before N2, so after D2 the drain sees the task.
 */

/// The executor of a [TestRuntime]: one thread, a chooser in the place of queues' order, a clock that is moved.
final class Simulation implements TaskExecutor, Chooser.Candidates {
    /// The network draws from a stream of its own, which is no task's.
    private static final long NETWORK = -2;

    private final long seed;
    private final Chooser chooser;
    private final VirtualTimer timer = new VirtualTimer(this::currentName);
    private final Map<Context.Key<?>, Object> offered = new HashMap<>();
    private final SimNetwork network;
    private final ReadyQueue[] workers;
    private final Queue<Task<?>> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Task<?>> live = new LinkedHashMap<>();
    private final Map<Long, SplittableRandom> randoms = new HashMap<>();
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
    private final List<Task<?>> failedAlone = new ArrayList<>();
    private final List<Unread> unread = new ArrayList<>();
    private final SelfWakes selfWakes = new SelfWakes();
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final Consumer<Report> reportTo = reports::add;
    private final @Nullable PollWatch watch;
    private final @Nullable StepTrace trace;
    private final long graceNanos;
    private long cleanUpEndNanos = Long.MAX_VALUE;

    private volatile Thread driver = Thread.currentThread();
    private @Nullable Task<?> current;
    private boolean mayBlock;
    private int worker;
    private int ready;
    private long steps;
    private long hash;

    private record Deferred(long dueStep, Runnable goesOn) {}

    /// A failure that somebody may await yet.
    private record Unread(Task<?> task, Throwable failure, TaskScope scope) {}

    /// What a simulation is made of.
    ///
    /// @param seed decides order and randomness
    /// @param strategy how the next task is picked
    /// @param workers how many there are
    /// @param replayed the schedule to follow, or `null`
    /// @param offered what contexts offer beside the simulation's own
    /// @param graceNanos how long clean-up may take
    /// @param watchesPolls whether polls that block or take long are looked for
    /// @param trace takes the polls, or `null`
    record Settings(
            long seed,
            Strategy strategy,
            int workers,
            @Nullable Schedule replayed,
            Map<Context.Key<?>, Object> offered,
            long graceNanos,
            boolean watchesPolls,
            @Nullable StepTrace trace) {}

    Simulation(Settings settings) {
        this.seed = settings.seed;
        this.graceNanos = settings.graceNanos;
        this.chooser = new Chooser(settings.strategy, seed, settings.replayed);
        this.watch = settings.watchesPolls ? new PollWatch(reportTo) : null;
        this.trace = settings.trace;
        this.workers = new ReadyQueue[settings.workers];
        for (int i = 0; i < workers.length; i++) {
            this.workers[i] = new ReadyQueue();
        }
        this.offered.put(Timer.KEY, timer);
        this.offered.put(Blocking.KEY, new SimulatedBlocking(this));
        this.offered.put(Spawner.KEY, new Spawner() {
            @Override
            public <T extends @Nullable Object> JoinHandle<T> spawn(String name, Future<T> future) {
                return start(name, future);
            }
        });
        this.network = new SimNetwork(timer, randomOf(NETWORK));
        this.offered.put(Network.KEY, network);
        this.offered.put(Resolver.KEY, network.names());
        this.offered.put(Report.KEY, reportTo);
        this.offered.putAll(settings.offered);
    }

    // ------------------------------------------------------------------------------------------------- as executor

    @Override
    public void schedule(Task<?> task) {
        if (Thread.currentThread() == driver) {
            enqueue(task);
        } else {
            inbox.add(task);
            LockSupport.unpark(driver);
        }
    }

    @Override
    public void started(Task<?> task) {
        live.put(task.id(), task);
    }

    private void enqueue(Task<?> task) {
        workers[worker].add(task);
        ready++;
    }

    @Override
    @SuppressWarnings("unchecked") // the keys say what is under them
    public <V> @Nullable V find(Context.Key<V> key) {
        return key == Context.RANDOM ? (V) randomOfCurrent() : (V) offered.get(key);
    }

    private RandomGenerator randomOfCurrent() {
        long id = current == null ? 0 : current.id();
        return randoms.computeIfAbsent(id, this::randomOf);
    }

    private SplittableRandom randomOf(long id) {
        return new SplittableRandom(Seeds.mix(seed, id));
    }

    @Override
    public long nextTaskId() {
        return ids.incrementAndGet();
    }

    @Override
    public void ended(Task<?> task) {
        live.remove(task.id());
        randoms.remove(task.id());
        if (task.isDetached() && task.failure() != null) {
            failedAlone.add(task);
        }
    }

    /// Unlike a runtime this asks no collector whether the handle is gone: the same seed gives the same run.
    @Override
    public void unread(Task<?> task, Throwable failure, TaskScope scope) {
        var kept = new Unread(task, failure, scope);
        unread.add(kept);
        task.whenAwaited(() -> unread.remove(kept));
    }

    @Override
    public void scopeEnded(TaskScope scope) {
        List<Unread> over = unread.stream().filter(kept -> kept.scope == scope).toList();
        unread.removeAll(over);
        over.forEach(kept -> unobserved(kept.task, kept.failure));
    }

    <T extends @Nullable Object> Task<T> start(String name, Future<T> future) {
        var task = new Task<>(this, name, future);
        task.start();
        return task;
    }

    @Override
    public long graceNanos() {
        return graceNanos;
    }

    @Override
    public long cleanUpEndNanos() {
        return cleanUpEndNanos;
    }

    @Override
    public long shieldEndNanos() {
        return Long.MAX_VALUE;
    }

    /// Ends the grace period of all clean-up now, because the test kit wants to see what happens.
    void endGrace() {
        cleanUpEndNanos = timer.nanos();
        live().forEach(Task::notifyTask);
    }

    @Override
    public void cleanUpCut(Task<?> task, StackTraceElement site) {
        if (cleanUpEndNanos == Long.MAX_VALUE) { // else nobody is to blame
            report(new Report(
                    "clean-up-cut",
                    "the grace period of " + task + " is over, and its clean-up was cut at " + site
                            + "; have it end sooner, or shield it",
                    task));
        }
    }

    @Override
    public void wokeItself(Task<?> task) {
        selfWakes.look(task, this);
    }

    @Override
    public void report(Report report) {
        reports.add(report);
    }

    @Override
    public void defer(Waker waker) {
        deferred.add(new Deferred(steps + ready + 1, waker::wake));
    }

    @Override
    public void defer(Task<?> task) {
        deferred.add(new Deferred(steps + ready + 1, task::resume));
    }

    // ------------------------------------------------------------------------------------------------- as candidates

    @Override
    public int count() {
        return workers.length == 1 ? workers[0].size() : workers.length;
    }

    @Override
    public Task<?> at(int index) {
        return workers.length == 1 ? workers[0].at(index) : source(index).at(0);
    }

    /// Where the worker finds its next task: in its own queue, else in the longest one.
    private ReadyQueue source(int index) {
        ReadyQueue from = workers[index];
        if (from.size() == 0) {
            for (ReadyQueue other : workers) {
                from = other.size() > from.size() ? other : from;
            }
        }
        return from;
    }

    // ------------------------------------------------------------------------------------------------- driving

    /// Polls one task.
    ///
    /// @return the task, or `null` when none was ready
    @Nullable
    Task<?> step() {
        driver = Thread.currentThread();
        drainInbox();
        wakeDeferred();
        if (ready == 0) {
            return null;
        }
        int choice = chooser.choose(this);
        Task<?> task;
        if (workers.length == 1) {
            task = workers[0].take(choice);
        } else {
            worker = choice;
            task = source(choice).take(0);
        }
        ready--;
        poll(task);
        return task;
    }

    private void poll(Task<?> task) {
        steps++;
        current = task;
        mayBlock = false;
        if (watch != null) {
            watch.begin(task);
        }
        try {
            task.run();
        } finally {
            current = null;
        }
        if (watch != null) {
            watch.end(task, mayBlock);
        }
        if (trace != null) {
            trace.add(task, timer.nanos());
        }
        hash = Seeds.mix(Seeds.mix(hash, task.id() * 2 + (task.isFinished() ? 1 : 0)), timer.nanos());
    }

    private void drainInbox() {
        for (Task<?> task = inbox.poll(); task != null; task = inbox.poll()) {
            enqueue(task);
        }
    }

    private void wakeDeferred() {
        boolean idle = ready == 0;
        while (!deferred.isEmpty() && (idle || deferred.getFirst().dueStep <= steps)) {
            deferred.removeFirst().goesOn.run();
        }
    }

    /// Wakes the timers of the next deadline that is due by `limit`, moving the clock to it.
    ///
    /// @return whether there was one
    boolean fireNextDeadline(long limit) {
        long deadline = timer.nextDeadline();
        if (deadline > limit || deadline == Long.MAX_VALUE) {
            return false;
        }
        timer.moveTo(deadline);
        return timer.fireNextDeadline();
    }

    /// Waits until another thread has woken a task.
    void park() {
        driver = Thread.currentThread();
        if (inbox.isEmpty()) {
            LockSupport.park(this);
        }
    }

    void unpark() {
        LockSupport.unpark(driver);
    }

    // ------------------------------------------------------------------------------------------------- looking

    SimNetwork network() {
        return network;
    }

    VirtualTimer timer() {
        return timer;
    }

    List<Task<?>> live() {
        return List.copyOf(live.values());
    }

    List<Report> reports() {
        return List.copyOf(reports);
    }

    Consumer<Report> reportTo() {
        return reportTo;
    }

    /// The poll that runs is one of blocking work.
    void allowBlocking() {
        mayBlock = true;
    }

    List<Task<?>> failedAlone() {
        return failedAlone;
    }

    @Nullable
    Task<?> current() {
        return current;
    }

    private String currentName() {
        Task<?> polled = current;
        return polled == null ? "nobody" : polled.toString();
    }

    long steps() {
        return steps;
    }

    long hash() {
        return hash;
    }

    Schedule taken() {
        return chooser.taken();
    }

    RandomGenerator random() {
        return randomOfCurrent();
    }

    @Override
    public String toString() {
        return "a TestRuntime";
    }
}
