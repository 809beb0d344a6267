// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * A depth-first search over the choices of who takes the next step, replaying the prefix for each run (CHESS, Musuvathi and
 * Qadeer, PLDI 2007).
 *
 * Sleep sets (Godefroid, 1996): when all runs that begin with a step of thread t were explored at a node, t sleeps in the
 * node's other children until a step is taken that does not commute with t's; a run in which only sleeping threads could go
 * on is the reordering of one that was explored already, and is given up. A bound on preemptions cuts off runs for which
 * such a reordering may lie beyond the bound, so with a bound nothing sleeps.
 */

/// Runs a scenario under one schedule after the other until all were explored, one fails, or the limit is reached.
final class Search {
    /// A run of more steps than this does not end.
    private static final int MAX_STEPS = 10_000;

    /// Class initialisers run once; after this many runs in a row that met one, it is something else.
    private static final int MAX_PINNED_RUNS = 1_000;

    private static final int NOBODY = -1;

    /// The bits of store buffers; that one is flushed is no preemption.
    private static final int BUFFERS = -1 << StoreBuffer.FIRST;

    private final Explorer bounds;
    private final Model.Scenario scenario;

    // The path from the root: for each step who was chosen, who was explored before, who may be, who sleeps.
    private int[] chosen = new int[64];
    private int[] explored = new int[64];
    private int[] candidates = new int[64];
    private int[] asleep = new int[64];

    /// So many steps of the path are given; the rest is chosen on the way.
    private int prefix;

    private long schedules;
    private long redundant;
    private long steps;

    Search(Explorer bounds, Model.Scenario scenario) {
        this.bounds = bounds;
        this.scenario = scenario;
    }

    private enum End {
        COMPLETE,
        REDUNDANT,
        PINNED,
        FAILED
    }

    Exploration explore() {
        int pinnedRuns = 0;
        while (schedules < bounds.maxSchedules()) {
            var run = new Run(null);
            End end = run.toTheEnd();
            steps += run.depth;
            switch (end) {
                case COMPLETE -> schedules++;
                case REDUNDANT -> redundant++;
                case FAILED -> {
                    schedules++;
                    return new Exploration(schedules, redundant, steps, false, tell(run.depth));
                }
                case PINNED -> {
                    if (++pinnedRuns > MAX_PINNED_RUNS) {
                        throw new IllegalStateException(
                                "a thread of the model cannot be suspended where it takes a step;"
                                        + " each run is inside a native frame or a class initialiser there");
                    }
                    continue; // the class is initialised now: the same run again
                }
            }
            if (!backtrack(run.depth)) {
                return new Exploration(schedules, redundant, steps, true, null);
            }
        }
        return new Exploration(schedules, redundant, steps, false, null);
    }

    private boolean backtrack(int depth) {
        for (int at = depth - 1; at >= 0; at--) {
            explored[at] |= 1 << chosen[at];
            int left = candidates[at] & ~explored[at];
            if (left != 0) {
                chosen[at] = Integer.numberOfTrailingZeros(left);
                prefix = at + 1;
                return true;
            }
        }
        return false;
    }

    /// Runs the path that failed once more and writes down its steps.
    private Exploration.Failure tell(int depth) {
        prefix = depth;
        var log = new StepLog();
        var run = new Run(log);
        End end = run.toTheEnd();
        if (end != End.FAILED) {
            throw new IllegalStateException(
                    "the model is not deterministic: a schedule that failed did not fail again");
        }
        return run.failure(schedule(run.depth));
    }

    /// Runs one schedule, and what its end leaves open in the order of the threads.
    Exploration replay(String schedule) {
        prefix = schedule.length();
        ensure(prefix);
        for (int i = 0; i < prefix; i++) {
            chosen[i] = Character.digit(schedule.charAt(i), Character.MAX_RADIX);
            if (chosen[i] < 0 || chosen[i] >= 2 * Model.MAX_THREADS) {
                throw new IllegalArgumentException(
                        "schedule must have a digit for the thread of each step, but was " + schedule);
            }
        }
        for (int pinnedRuns = 0; ; pinnedRuns++) {
            var run = new Run(new StepLog());
            End end = run.toTheEnd();
            if (end != End.PINNED || pinnedRuns > MAX_PINNED_RUNS) {
                return new Exploration(
                        1, 0, run.depth, false, end == End.FAILED ? run.failure(schedule(run.depth)) : null);
            }
        }
    }

    private String schedule(int depth) {
        var text = new StringBuilder(depth);
        for (int i = 0; i < depth; i++) {
            text.append(Character.forDigit(chosen[i], Character.MAX_RADIX));
        }
        return text.toString();
    }

    private void ensure(int length) {
        if (length >= chosen.length) {
            int larger = Math.max(length + 1, chosen.length * 2);
            chosen = Arrays.copyOf(chosen, larger);
            explored = Arrays.copyOf(explored, larger);
            candidates = Arrays.copyOf(candidates, larger);
            asleep = Arrays.copyOf(asleep, larger);
        }
    }

    /// One run along the path.
    private final class Run {
        private final @Nullable StepLog log;
        private final Execution execution;
        private @Nullable Races races;
        private int depth;
        private int last = NOBODY;
        private int preempted;
        private @Nullable String reason;
        private @Nullable Throwable cause;
        private boolean decided;
        private @Nullable End decision;
        private @Nullable RuntimeException refusal;
        private int enabled;

        Run(@Nullable StepLog log) {
            this.log = log;
            this.execution = new Execution(bounds.hasSpuriousUnparks(), log);
        }

        End toTheEnd() {
            execution.begin();
            try {
                scenario.setUp(execution.model);
                if (bounds.watchesRaces()) {
                    races = new Races(execution.model.threads.size());
                    execution.watch(races);
                }
                startAll();
                execution.decide(this::goesOn);
                End end = search();
                return execution.wasPinned() ? End.PINNED : end;
            } catch (Exception failure) {
                return fails("the set-up failed with " + failure, failure);
            } finally {
                execution.abandon();
                Execution.end();
            }
        }

        /// Up to the first step of each thread nothing is shared, so the order does not matter.
        private void startAll() {
            for (ModelThread thread : execution.model.threads) {
                execution.run(thread);
            }
        }

        private End search() {
            while (true) {
                if (!decided) {
                    decision = decide();
                }
                decided = false;
                if (refusal != null) {
                    throw refusal;
                }
                if (decision != null) {
                    return decision;
                }
                execution.run(step());
            }
        }

        /// Called on the stack of a thread that is about to take a step. Most steps follow one of the same thread,
        /// which then goes on without having been suspended.
        private boolean goesOn(ModelThread thread) {
            try {
                decision = decide();
            } catch (RuntimeException refused) {
                refusal = refused;
            }
            if (refusal == null && decision == null && chosen[depth] == thread.index) {
                step();
                return true;
            }
            decided = true;
            return false;
        }

        /// Says who takes the next step.
        ///
        /// @return how the run ends here, or `null` when it goes on
        private @Nullable End decide() {
            ModelThread failed = failedThread();
            if (failed != null) {
                return fails(failed.name + " failed with " + failed.failure, failed.failure);
            }
            if (races != null && races.found() != null) {
                return fails(races.found(), null);
            }
            if (execution.wasPinned()) {
                return End.PINNED;
            }
            enabled = execution.enabled();
            if (enabled == 0) {
                return ended();
            }
            if (depth == MAX_STEPS) {
                return fails(
                        "no end after " + MAX_STEPS + " steps; a loop that waits needs Thread.onSpinWait() in it",
                        null);
            }
            return choose() ? null : End.REDUNDANT;
        }

        private @Nullable ModelThread failedThread() {
            if (last == NOBODY) {
                for (ModelThread thread : execution.model.threads) {
                    if (thread.failure != null) {
                        return thread;
                    }
                }
                return null;
            }
            ModelThread thread = execution.model.threads.get(last);
            return thread.failure == null ? null : thread;
        }

        /// Says who takes the next step: the path, or, behind its end, the first of those who may.
        private boolean choose() {
            if (depth < prefix) {
                if ((enabled & (1 << chosen[depth])) == 0) {
                    throw new IllegalStateException("the schedule does not fit: thread " + chosen[depth]
                            + " cannot take step " + (depth + 1)
                            + "; the code has changed, or the model is not deterministic");
                }
                return true;
            }
            ensure(depth);
            boolean lastCan = last != NOBODY && (enabled & (1 << last)) != 0;
            boolean bounded = bounds.preemptions() >= 0 && preempted >= bounds.preemptions() && lastCan;
            int may = (bounded ? (1 << last) | (enabled & BUFFERS) : enabled) & ~asleep[depth];
            if (may == 0) {
                return false;
            }
            candidates[depth] = may;
            explored[depth] = 0;
            chosen[depth] = lastCan && (may & (1 << last)) != 0 ? last : Integer.numberOfTrailingZeros(may);
            prefix = depth + 1;
            return true;
        }

        /// Notes the step that was chosen.
        ///
        /// @return who takes it
        private Actor step() {
            int next = chosen[depth];
            Actor actor = execution.actor(next);
            boolean isThread = actor instanceof ModelThread;
            if (isThread && last != NOBODY && next != last && (enabled & (1 << last)) != 0) {
                preempted++;
            }
            ensure(depth + 1);
            asleep[depth + 1] = bounds.preemptions() >= 0 ? 0 : stillAsleep(asleep[depth] | explored[depth], actor);
            last = isThread ? next : last;
            depth++;
            return actor;
        }

        private int stillAsleep(int sleeping, Actor stepping) {
            int still = 0;
            for (int left = sleeping; left != 0; left &= left - 1) {
                int index = Integer.numberOfTrailingZeros(left);
                if (index != stepping.index && Step.independent(execution.actor(index), stepping)) {
                    still |= 1 << index;
                }
            }
            return still;
        }

        private End ended() {
            boolean allDone = execution.model.threads.stream().allMatch(thread -> thread.done);
            if (!allDone) {
                return fails(waiting(), null);
            }
            for (Model.Action check : execution.model.checks) {
                try {
                    check.run();
                } catch (Throwable failure) {
                    return fails("does not hold at the end: " + failure, failure);
                }
            }
            return End.COMPLETE;
        }

        private String waiting() {
            boolean spins = execution.model.threads.stream().anyMatch(Execution::isSpinning);
            var text = new StringBuilder(spins ? "livelock" : "deadlock, or a lost wake-up")
                    .append(": nobody can go on after ")
                    .append(depth)
                    .append(" steps");
            for (ModelThread thread : execution.model.threads) {
                if (!thread.done) {
                    text.append("\n  ").append(thread.name).append(' ');
                    text.append(log == null ? thread.step.words : log.words(thread));
                }
            }
            return text.toString();
        }

        private End fails(@Nullable String reason, @Nullable Throwable cause) {
            this.reason = reason;
            this.cause = cause;
            return End.FAILED;
        }

        Exploration.Failure failure(String schedule) {
            var story = new StringBuilder();
            int number = -execution.model.threads.size();
            for (String line : log == null ? java.util.List.<String>of() : log.lines()) {
                if (++number > 0) {
                    story.append("  ").append(number).append(". ").append(line).append('\n');
                }
            }
            return new Exploration.Failure(String.valueOf(reason), schedule, story.toString(), cause);
        }
    }
}
