// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Waker;
import dev.wakeful.internal.Begun;
import dev.wakeful.internal.Words;
import dev.wakeful.task.Task;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Why no task is forgotten when a worker is replaced in the midst of a poll; Polls says how that goes.
 *
 *   worker, in the midst of a task            who replaces it
 *   W1  put a task into ring or slot          R1  core.worker = the new one
 *   W2  core.worker still this one?           R2  move what ring and slot hold to the global queue
 *   W3  no: move both to the global queue
 *
 * W1 and R1 are volatile writes, W2 and R2 read what the other one wrote: at least one of them sees it.
 */

/// The loop of one thread that polls tasks: its own queue first, then the global one and the drivers, then those of
/// the others.
final class Worker {
    private static final int GLOBAL_BEAT = 31;
    private static final int DRIVER_BEAT = 61;

    /// How many beats there are between two looks at whether it is time to look for lost tasks.
    private static final int LOST_BEATS = 16;

    private static final int MOST_FROM_SLOT = 3;
    private static final long REST_NANOS = 10_000_000;

    private final MultiThread engine;
    private final Core core;
    private final Settings settings;
    private final Sleepers sleepers;
    private final WorkerThread thread;

    /// The name of the thread in one line; made early, since a worker that dies has to say who it is.
    private final String title;

    private final RunRing ring;
    private final LifoSlot slot = new LifoSlot();
    private final Deferred deferred = new Deferred();
    private final SplittableRandom random;
    private final Polls polls;
    private final Stealing stealing;
    private final LongPolls longPolls;
    private volatile boolean dismissed;

    /// Those that this thread alone may poll; made by the first.
    private volatile @Nullable LocalTasks locals;

    /// What was in the slot before, until it is queued; longer only where the stack ended.
    private @Nullable Task<?> displaced;

    private boolean slotOpen = true;
    private boolean searching;
    private boolean asleep;
    private boolean dirty;

    Worker(MultiThread engine, Core core, SplittableRandom random, int number) {
        this.engine = engine;
        this.core = core;
        this.settings = engine.settings;
        this.sleepers = engine.sleepers();
        this.random = random;
        this.polls = new Polls(settings);
        this.stealing = new Stealing(engine, this, random);
        this.longPolls = new LongPolls(settings, () -> engine.crew().replace(this));
        this.ring = new RunRing(settings.queueCapacity());
        this.thread =
                new WorkerThread(this, settings.name() + "-worker-" + core.index + (number == 0 ? "" : "-" + number));
        this.title = Words.inLine(thread.getName());
    }

    MultiThread engine() {
        return engine;
    }

    Core core() {
        return core;
    }

    Thread thread() {
        return thread;
    }

    SplittableRandom random() {
        return random;
    }

    RunRing ring() {
        return ring;
    }

    LifoSlot slot() {
        return slot;
    }

    Polls polls() {
        return polls;
    }

    long steals() {
        return stealing.steals();
    }

    /// The local tasks of this worker. Called on its thread.
    LocalTasks locals() {
        LocalTasks made = locals;
        if (made == null) {
            made = new LocalTasks(engine, this);
            locals = made;
        }
        return made;
    }

    /// How many tasks are ready here, as far as another thread can see.
    int queued() {
        LocalTasks own = locals;
        return ring.size() + (slot.isEmpty() ? 0 : 1) + (own == null ? 0 : own.ready());
    }

    /// The thread is not wanted after all. Called by the one who started it.
    void dismiss() {
        dismissed = true;
        LockSupport.unpark(thread);
    }

    private boolean awaitAppointment() {
        while (core.worker() != this) {
            if (dismissed) {
                return false;
            }
            LockSupport.park(this);
        }
        return true;
    }

    /// Called by the watch.
    void look() {
        Task<?> running = polls.running();
        longPolls.look(polls.word() + polls.parks(), running, thread);
        if (running != null && !(slot.isEmpty() && ring.isEmpty())) {
            engine.wakeOne(); // who searches for a moment and sees this one in one poll, takes from its slot as well
        }
    }

    boolean isReplaced() {
        return core.worker() != this;
    }

    // ------------------------------------------------------------------------------------------------- the loop

    void run() {
        if (!awaitAppointment()) {
            return;
        }
        engine.observed.workerStarted();
        while (!isOver()) {
            LockSupport.parkNanos(this, REST_NANOS); // whatever it was may be over then
        }
        LocalTasks own = locals;
        if (own != null) {
            new AloneLoop(engine, polls, own, deferred).run();
        }
        engine.observed.workerEnded();
        engine.crew().left(this);
    }

    /// Polls tasks until the worker has been replaced or the runtime ends. `false` when it has failed and nobody else
    /// could take its place.
    private boolean isOver() {
        Throwable broken = null;
        try {
            loop();
        } catch (Throwable thrown) {
            broken = thrown;
        }
        leave();
        return broken == null || engine.crew().died(this, broken);
    }

    private void loop() {
        long nextBeat = DRIVER_BEAT;
        int beats = 0;
        while (!polls.wereSeized() && !engine.isStopping()) {
            if (polls.count() >= nextBeat) {
                nextBeat = polls.count() + DRIVER_BEAT;
                polls.sampler().beat();
                turn(DRIVER_BEAT);
                if (++beats % LOST_BEATS == 0) {
                    engine.lostWatch.look(settings.clock().nanos());
                }
            }
            Task<?> task = next();
            if (task == null) {
                turn(0);
                task = next();
            }
            if (task == null) {
                task = search();
            }
            if (task != null) {
                runInRow(task);
            } else if (slot.isEmpty() && ring.isEmpty() && (locals == null || locals.isEmpty())) {
                park();
            }
        }
    }

    private @Nullable Task<?> next() {
        LocalTasks own = locals;
        if (own == null) {
            return nextOfAll();
        }
        boolean ownFirst = (polls.count() & 1) == 0; // in turns, so that neither can keep the other from running
        Task<?> task = ownFirst ? own.poll() : nextOfAll();
        return task != null ? task : ownFirst ? nextOfAll() : own.poll();
    }

    private @Nullable Task<?> nextOfAll() {
        if (polls.count() % GLOBAL_BEAT == 0) {
            Task<?> outside = engine.global().poll();
            if (outside != null) {
                return outside;
            }
        }
        Task<?> task = slot.take();
        if (task == null) {
            task = ring.pop();
        }
        return task != null ? task : engine.global().poll(ring, settings.queueCapacity(), engine.workers());
    }

    /// Runs a task, and then those that it and they wake, within one budget.
    private void runInRow(Task<?> first) {
        if (searching) {
            searching = false;
            if (sleepers.stopSearching() && engine.hasWork()) {
                engine.wakeOne(); // those who queued while this one searched relied on it
            }
        }
        dirty = true;
        int left = polls.run(first, settings.budget());
        for (int inRow = 1; !polls.wereSeized(); inRow++) {
            Task<?> task = slot.take();
            if (task == null) {
                break;
            }
            if (left <= 0) {
                queue(task);
                break;
            }
            slotOpen = inRow < MOST_FROM_SLOT;
            left = polls.run(task, left);
        }
        queueDisplaced();
        slotOpen = true;
    }

    /// Looks at the drivers, and then lets those go on that had stepped aside.
    private void turn(int polled) {
        core.turn(polled);
        Begun.reportGone();
        deferred.wakeAll();
        if (ring.size() > 1) {
            engine.wakeOne();
        }
    }

    // ------------------------------------------------------------------------------------------------- queues

    /// A task wants to be polled. Called on this thread.
    void schedule(Task<?> task) {
        polls.sampler().scheduled(task);
        Task<?> running = polls.running();
        boolean help = false;
        if (running == null) {
            queue(task); // in a turn, after which those are woken who can help
        } else if (task == running) {
            queue(task); // it goes behind those that are ready, and they are known to be
        } else if (slotOpen && displaced == null) {
            displaced = slot.put(task);
            help = displaced != null;
        } else {
            queue(task);
            help = ring.size() > 1; // one by itself is next here, as it would have been in the slot
        }
        if (help || isReplaced()) {
            callForHelp();
        }
    }

    /// The task is in the slot or in the ring now; whatever comes of this, it stays there.
    private void callForHelp() {
        try {
            queueDisplaced();
            engine.wakeOne();
            if (isReplaced()) {
                giveQueuesUp();
            }
        } catch (StackOverflowError end) {
            StackRoom.broken = true;
        }
    }

    private void queueDisplaced() {
        Task<?> task = displaced;
        if (task != null) {
            queue(task);
            displaced = null;
        }
    }

    private void queue(Task<?> task) {
        while (!ring.push(task)) {
            ring.overflow(engine.global());
        }
    }

    /// Moves all queued tasks to where every worker finds them. Called by any thread, after this worker was replaced.
    void giveQueuesUp() {
        StackRoom.forAStep(); // what is out of here and not there yet would be in no queue
        boolean some = false;
        for (Task<?> task = slot.take(); task != null; task = slot.take()) {
            engine.global().add(task);
            some = true;
        }
        for (Task<?> task = ring.steal(); task != null; task = ring.steal()) {
            engine.global().add(task);
            some = true;
        }
        if (some) {
            engine.wakeOne();
        }
    }

    void defer(Waker waker) {
        deferred.add(waker);
    }

    void defer(Task<?> task) {
        deferred.add(task);
    }

    // ------------------------------------------------------------------------------------------------- stealing

    /// Looks for work elsewhere, for a moment. The worker goes on searching when it finds none.
    private @Nullable Task<?> search() {
        if (!searching && !sleepers.trySearch()) {
            return null;
        }
        searching = true;
        stealing.begin();
        long until = Clock.raw() + settings.spinNanos();
        do {
            Task<?> task = stealing.fromQueues();
            if (task == null) {
                turn(0);
                task = next();
            }
            if (task != null) {
                return task;
            }
            Thread.onSpinWait();
        } while (Clock.raw() - until < 0 && !engine.isStopping());
        return stealing.fromSlots();
    }

    // ------------------------------------------------------------------------------------------------- parking

    private void park() {
        if (dirty) {
            dirty = false;
            ring.clear();
        }
        core.assess();
        polls.sampler().idle();
        asleep = true;
        sleepers.sleep(core.index);
        if (searching) {
            searching = false;
            sleepers.stopSearching();
            if (engine.hasWork()) {
                wakeUp();
                return;
            }
        }
        boolean hopeless = engine.isHopeless(core.index);
        long nanos = hopeless ? engine.idleWatch().delayNanos() : Long.MAX_VALUE;
        long since = hopeless ? settings.clock().nanos() : 0;
        engine.observed.parked();
        core.park(nanos);
        engine.observed.unparked();
        polls.countPark();
        if (hopeless && settings.clock().nanos() - since >= nanos) { // parking may end early, for no reason
            engine.lookForLost(core.index);
        }
        wakeUp();
        polls.sampler().beat();
        turn(0);
        engine.lostWatch.look(settings.clock().nanos());
    }

    private void wakeUp() {
        asleep = false;
        core.awake();
        searching = sleepers.wakeUp(core.index);
        Watch.awake();
        engine.awaitLook();
    }

    // ------------------------------------------------------------------------------------------------- the end

    /// The thread ends: because the runtime does, or because another worker is in its place.
    private void leave() {
        if (polls.wereSeized()) {
            asleep = false; // all of that is the next one's
            searching = false;
        }
        if (asleep) {
            wakeUp();
        }
        if (searching) {
            searching = false;
            if (sleepers.stopSearching()) {
                engine.wakeOne();
            }
        }
        deferred.wakeAll();
        queueDisplaced();
        giveQueuesUp();
    }

    @Override
    public String toString() {
        return title;
    }
}
