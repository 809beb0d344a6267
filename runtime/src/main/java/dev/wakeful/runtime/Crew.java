// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Why no count is ever seen going down. Who there is, and what those that have left have done, is one immutable object, so a
 * reader finds each worker either there or in the sum. A worker leaves after its last poll: what it has done is the same from
 * then on, whether it is read from the worker itself by somebody who still sees it there, or from the sum.
 */

/// The workers of a runtime: who there is, who takes the place of one that is held up or dies, and what those that have
/// left have done.
final class Crew {
    /// How long the end waits for threads whose tasks have ended or were given up.
    private static final long LAST_POLLS_NANOS = 1_000_000_000;

    private record Members(List<Worker> there, WorkDone byOthers) {
        Members with(Worker worker) {
            var all = new ArrayList<>(there);
            all.add(worker);
            return new Members(List.copyOf(all), byOthers);
        }

        Members without(Worker worker) {
            var rest = new ArrayList<>(there);
            return rest.remove(worker) ? new Members(List.copyOf(rest), byOthers.plus(worker)) : this;
        }
    }

    private final MultiThread engine;
    private final AtomicReference<Members> members = new AtomicReference<>(new Members(List.of(), WorkDone.NOTHING));
    private final AtomicInteger appointments = new AtomicInteger();
    private final AtomicBoolean noThreads = new AtomicBoolean();

    /// Threads that have no core: held up by a task, or with local tasks that they alone may poll.
    private final AtomicInteger alone = new AtomicInteger();

    /// Those of them that are not parked.
    private final AtomicInteger busyAlone = new AtomicInteger();

    Crew(MultiThread engine) {
        this.engine = engine;
    }

    /// Those whose threads have not ended.
    List<Worker> there() {
        return members.get().there();
    }

    /// What all have done, those that have left among them.
    WorkDone done() {
        Members now = members.get();
        WorkDone sum = now.byOthers();
        for (Worker worker : now.there()) {
            sum = sum.plus(worker);
        }
        return sum;
    }

    // ------------------------------------------------------------------------------------------------- who comes

    /// Gives a core its first worker.
    void start(Core core) {
        appoint(candidate(core), null);
    }

    /// A worker for a core, whose thread has started and waits until it is appointed or dismissed. Throws when the
    /// system gives no thread; nothing has changed then.
    private Worker candidate(Core core) {
        Settings settings = engine.settings;
        int number = appointments.getAndIncrement();
        var random = new SplittableRandom(settings.seed() + number * 0x9E3779B97F4A7C15L);
        var next = new Worker(engine, core, random, number - core.index < settings.workers() ? 0 : number);
        settings.starter().accept(next.thread());
        return next;
    }

    /// Puts a new worker in the place of `before`, which touches the core no more.
    private void appoint(Worker next, @Nullable Worker before) {
        Core core = next.core();
        members.getAndUpdate(now -> now.with(next)); // first, so that it cannot leave before it is there
        if (!core.replace(before, next)) {
            throw new IllegalStateException(core + " has another worker than " + before);
        }
        if (before != null) {
            before.giveQueuesUp();
        }
        LockSupport.unpark(next.thread());
    }

    /// A task holds the thread of a worker: what that one has is given to a new one, and it ends when it comes back.
    /// There are at most twice as many threads as workers; when all of these are held up, so is the runtime. `false`
    /// when that was not possible now.
    boolean replace(Worker held) {
        if (engine.isStopping() || alone.get() >= engine.workers()) {
            return false;
        }
        Worker next;
        try {
            next = candidate(held.core());
            noThreads.set(false);
        } catch (Throwable refused) { // no memory for a thread: the watch comes again
            if (!noThreads.getAndSet(true)) {
                Log.log(Level.ERROR, "a task holds " + held + ", and there is no thread to take over", refused);
            }
            return false;
        }
        countAlone(1); // first, since the one who is seized may be gone at once
        if (!held.polls().seize()) {
            countAlone(-1);
            next.dismiss();
            return false;
        }
        appoint(next, held);
        return true;
    }

    /// A worker cannot go on because of something outside of its tasks. `false` when it must all the same, since there
    /// is no thread for another one.
    boolean died(Worker worker, Throwable broken) {
        Log.log(Level.ERROR, "the worker thread \"" + worker + "\" died and is replaced", broken);
        if (engine.isStopping() || worker.polls().wereSeized()) {
            return true;
        }
        try {
            Worker next = candidate(worker.core());
            countAlone(1);
            appoint(next, worker);
            return true;
        } catch (Throwable refused) { // no memory for a thread
            Log.log(Level.ERROR, "there is no thread to take over from " + worker + ", which goes on", refused);
            return false;
        }
    }

    private void countAlone(int more) {
        alone.getAndAdd(more);
        busyAlone.getAndAdd(more);
    }

    // ------------------------------------------------------------------------------------------------- who goes

    /// The thread of a worker ends. Called by the thread.
    void left(Worker worker) {
        members.getAndUpdate(now -> now.without(worker));
        if (worker.polls().wereSeized() || worker.isReplaced()) {
            countAlone(-1);
        }
    }

    /// A thread without a core parks.
    void restsAlone() {
        busyAlone.getAndDecrement();
    }

    /// A thread without a core polls.
    void pollsAlone() {
        busyAlone.getAndIncrement();
    }

    /// Whether a thread without a core is not parked.
    boolean isBusyAlone() {
        return busyAlone.get() > 0;
    }

    // ------------------------------------------------------------------------------------------------- the end

    /// Waits for the threads, with a bound, and names those that have not ended. `true` when interrupted meanwhile.
    boolean awaitTheEnd() {
        for (Worker worker : there()) {
            LockSupport.unpark(worker.thread());
        }
        boolean interrupted = join();
        for (Worker left : there()) {
            nameWhatHolds(left);
        }
        return interrupted;
    }

    private boolean join() {
        var patience = new Patience(engine.settings, LAST_POLLS_NANOS);
        for (Worker worker : there()) {
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

    private static void nameWhatHolds(Worker left) {
        var held = left.polls().running();
        var text = new StringBuilder("the worker thread \"" + left + "\" has not ended"
                + (held == null ? "" : ", as " + held + " holds it") + "; it is at:");
        for (StackTraceElement frame : left.thread().getStackTrace()) {
            text.append("\n    at ").append(frame);
        }
        Log.log(Level.WARNING, text.toString());
    }
}
