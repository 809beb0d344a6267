// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// One run of a model: its threads, who of them can take a step, and what the steps do that the JVM would do.
///
/// All of it happens on the carrier thread; the threads of the model are coroutines on it.
final class Execution {
    /// So often a thread returns by itself from a wait that nobody ended.
    private static final int MAX_RETURNS = 2;

    private static volatile @Nullable Execution active;

    final Model model = new Model();
    private final Thread carrier = Thread.currentThread();
    private final boolean spuriousUnparks;
    private @Nullable Races races;
    private final @Nullable StepLog log;
    private final IdentityHashMap<Object, Monitor> monitors = new IdentityHashMap<>(4);
    private @Nullable ModelThread running;
    private @Nullable Decision decision;
    private boolean hasBuffered;
    private long stepsThatMatter;
    private int pinned;

    /// Says at each point whether the thread that is there takes its step at once, so that it need not be suspended.
    @FunctionalInterface
    interface Decision {
        boolean goesOn(ModelThread thread);
    }

    private static final class Monitor {
        private @Nullable ModelThread owner;
        private int entries;
    }

    Execution(boolean spuriousUnparks, @Nullable StepLog log) {
        this.spuriousUnparks = spuriousUnparks;
        this.log = log;
    }

    void watch(Races races) {
        this.races = races;
    }

    void decide(Decision decision) {
        this.decision = decision;
    }

    /// The run that the calling thread is in, or `null`.
    static @Nullable Execution active() {
        Execution execution = active;
        boolean here = execution != null && (execution.carrier == Thread.currentThread() || Coroutines.isThreadOfOne());
        return here ? execution : null;
    }

    /// Gives up the threads that have not ended.
    void abandon() {
        for (ModelThread thread : model.threads) {
            if (!thread.done) {
                thread.coroutine.abandon();
            }
        }
    }

    void begin() {
        active = this;
    }

    static void end() {
        active = null;
    }

    // ------------------------------------------------------------------------------------------------- steps

    /// Has one actor take its step.
    void run(Actor actor) {
        switch (actor) {
            case ModelThread thread -> run(thread);
            case StoreBuffer buffer -> flush(buffer);
            default -> throw new IllegalStateException("not an actor: " + actor);
        }
    }

    /// The actor of an index.
    Actor actor(int index) {
        return index < StoreBuffer.FIRST
                ? model.threads.get(index)
                : model.threads.get(index - StoreBuffer.FIRST).buffer();
    }

    private void flush(StoreBuffer buffer) {
        stepsThatMatter++;
        if (log != null) {
            log.taken(buffer);
        }
        buffer.flush(races);
    }

    /// Runs one thread up to its next step. The step it was about to take is taken first.
    private void run(ModelThread thread) {
        taken(thread);
        if (thread.hasBuffered()) {
            thread.buffer().apply();
        }
        resume(thread);
        if (thread.hasBuffered()) {
            thread.buffer().undo();
        }
    }

    private void taken(ModelThread thread) {
        if (thread.step != Step.SPIN && thread.step != Step.READ) {
            stepsThatMatter++;
        }
        if (log != null) {
            log.taken(thread);
        }
    }

    private void resume(ModelThread thread) {
        running = thread;
        try {
            thread.coroutine.resume();
        } finally {
            running = null;
        }
    }

    /// A thread of the model is about to take a step: suspends it until its turn.
    ///
    /// @param orders whether what the step reads orders what follows it
    void point(Step step, @Nullable Object target, @Nullable String field, boolean orders) {
        ModelThread thread = running;
        if (thread == null) {
            return; // set-up and checks are not concurrent
        }
        thread.step = step;
        thread.target = target;
        thread.field = field;
        thread.spinSince = stepsThatMatter;
        if (log != null) {
            log.announced(thread);
        }
        if (decision != null && decision.goesOn(thread)) {
            taken(thread);
        } else if (!Coroutines.suspend()) {
            pinned++;
            running = thread;
        }
        if (step == Step.PARK || step == Step.PARK_TIMED) {
            thread.returns += thread.token ? 0 : 1;
            thread.token = false;
        }
        if (races != null && orders) {
            races.stepTaken(thread, step, target, field);
        }
    }

    private void point(Step step, @Nullable Object target, @Nullable String field) {
        point(step, target, field, true);
    }

    /// A store of less than full strength, which others see later.
    ///
    /// @param releases whether who reads it knows what came before it
    void store(Place place, @Nullable Object value, boolean releases) {
        point(Step.STORE, place.target(), place.field(), true);
        ModelThread thread = running;
        if (thread == null) {
            place.write(value);
        } else {
            hasBuffered = true;
            thread.buffer().add(place, value, races != null && releases ? races.released(thread) : null);
        }
    }

    /// A fence, which matters when there is something that others cannot see yet.
    void fence() {
        if (running != null && running.hasBuffered()) {
            point(Step.FENCE, null, null, true);
        }
    }

    void plain(@Nullable Object owner, String field, boolean writes) {
        if (races != null && running != null && owner != null) {
            races.plain(running, owner, field, writes);
        }
    }

    @Nullable
    ModelThread running() {
        return running;
    }

    /// A class is being initialised, which happens once and has steps that the next run has not.
    void initialising() {
        if (running != null) {
            pinned++;
        }
    }

    /// Whether a class was initialised, or a step could not be suspended; then the run does not count.
    boolean wasPinned() {
        return pinned > 0;
    }

    /// The actors that can take their next step, as a bit set.
    int enabled() {
        int enabled = 0;
        int timeouts = 0;
        for (int i = 0; i < model.threads.size(); i++) { // without an iterator, as it is done at each step
            ModelThread thread = model.threads.get(i);
            if (hasBuffered && thread.hasBuffered()) {
                enabled |= 1 << thread.buffer().index;
                if (Step.waitsFor(thread.buffer(), thread.step)) {
                    continue;
                }
            }
            if (!thread.done && canStep(thread)) {
                enabled |= 1 << thread.index;
            } else if (!thread.done && canTimeOut(thread)) {
                timeouts |= 1 << thread.index;
            }
        }
        return enabled == 0 ? timeouts : enabled;
    }

    /// A thread that waits in a loop for a time could go round for ever; behind [#MAX_RETURNS], only when nobody else
    /// can.
    private boolean canTimeOut(ModelThread thread) {
        return thread.step == Step.PARK_TIMED || (thread.step == Step.WAIT_TIMED && isFree(thread));
    }

    private boolean canStep(ModelThread thread) {
        return switch (thread.step) {
            case READ, WRITE -> true;
            case PARK -> thread.token || (spuriousUnparks && thread.returns < MAX_RETURNS);
            case PARK_TIMED -> thread.token || thread.returns < MAX_RETURNS;
            case SPIN -> thread.spinSince < stepsThatMatter;
            case ENTER -> isFree(thread);
            case WAIT -> !thread.inWaitSet && isFree(thread);
            case WAIT_TIMED -> isFree(thread) && (!thread.inWaitSet || thread.returns < MAX_RETURNS);
            default -> true;
        };
    }

    private boolean isFree(ModelThread thread) {
        Monitor monitor = monitors.get(thread.target);
        return monitor == null || monitor.owner == null || monitor.owner == thread;
    }

    /// Whether a thread that waits does so because it spins and nobody else goes on.
    static boolean isSpinning(ModelThread thread) {
        return !thread.done && thread.step == Step.SPIN;
    }

    // ------------------------------------------------------------------------------------------------- monitors

    void enter(Object object) {
        point(Step.ENTER, object, null);
        Monitor monitor = monitors.computeIfAbsent(object, key -> new Monitor());
        monitor.owner = running;
        monitor.entries++;
    }

    void exit(Object object) {
        Monitor monitor = owned(object);
        if (monitor.entries == 1) {
            point(Step.EXIT, object, null);
        }
        monitor.entries--;
        if (monitor.entries == 0) {
            monitor.owner = null;
        }
    }

    private Monitor owned(Object object) {
        Monitor monitor = monitors.get(object);
        if (monitor == null || running == null || monitor.owner != running) {
            throw new IllegalMonitorStateException("current thread is not owner");
        }
        return monitor;
    }

    void await(Object object, Step how) {
        Monitor monitor = owned(object);
        ModelThread thread = monitor.owner;
        if (thread == null) {
            return;
        }
        int entries = monitor.entries;
        point(Step.EXIT, object, null);
        monitor.entries = 0;
        monitor.owner = null;
        thread.inWaitSet = true;
        point(how, object, null);
        thread.returns += thread.inWaitSet ? 1 : 0;
        thread.inWaitSet = false;
        monitor.owner = thread;
        monitor.entries = entries;
    }

    void signal(Object object, boolean all) {
        owned(object);
        point(Step.NOTIFY, object, null);
        for (ModelThread thread : model.threads) {
            if (thread.inWaitSet && thread.target == object) {
                thread.inWaitSet = false;
                if (!all) {
                    return;
                }
            }
        }
    }
}
