// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CancelledException;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The runs of one test: its schedules, the cancels, the check that a seed decides everything, and the shortening of a
/// schedule that failed.
final class Runs {
    /// After this many tries a failing schedule is short enough.
    private static final int MAX_SHRINKS = 200;

    private final boolean leakCheck;
    private final boolean cancels;
    private final Body body;
    private final Supplier<TestRuntime.Builder> builder;

    /// The test.
    @FunctionalInterface
    interface Body {
        void run(TestRuntime runtime) throws Throwable;
    }

    /// What a run threw, and the line that runs it again.
    record Failure(Throwable thrown, String replay) {}

    Runs(boolean leakCheck, boolean cancels, Body body, Supplier<TestRuntime.Builder> builder) {
        this.leakCheck = leakCheck;
        this.cancels = cancels;
        this.body = body;
        this.builder = builder;
    }

    /// Runs the test with `first`, and then with as many further seeds as make up `schedules`.
    ///
    /// @return the first failure, or `null`
    @Nullable
    Failure all(TestRuntime first, int schedules) {
        boolean replaying = Property.seed().isPresent();
        Property.cancel().ifPresent(first::cancelAt);
        Failure failure = once(first);
        if (failure == null && cancels && Property.cancel().isEmpty()) {
            failure = cancelEverywhere(first);
        }
        if (failure != null) {
            return replaying || schedules == 1 ? failure : shrunk(first.seed(), first.schedule(), failure);
        }
        if (!replaying && schedules > 1) {
            failure = twice(first);
        }
        for (int i = 1; failure == null && !replaying && i < schedules; i++) {
            long seed = Seeds.mix(first.seed(), i);
            TestRuntime runtime = again(seed);
            failure = once(runtime);
            if (failure != null) {
                failure = shrunk(seed, runtime.schedule(), failure);
            } else if (cancels) {
                failure = cancelEverywhere(runtime);
            }
        }
        return failure;
    }

    private @Nullable Failure once(TestRuntime runtime) {
        try {
            try {
                body.run(runtime);
            } catch (CancelledException outcome) {
                if (!runtime.isCancelledByKit()) {
                    throw outcome;
                }
            }
            if (leakCheck) {
                runtime.close();
            }
            return null;
        } catch (Throwable thrown) {
            return new Failure(thrown, runtime.replay());
        }
    }

    private @Nullable Failure twice(TestRuntime first) {
        TestRuntime second = again(first.seed());
        Failure failure = once(second);
        if (failure != null) {
            return failure;
        }
        if (second.eventHash() == first.eventHash()) {
            return null;
        }
        return new Failure(
                new AssertionError("the test is not deterministic: seed " + first.seed() + " gave " + first.steps()
                        + " polls with the schedule " + first.schedule() + ", and then " + second.steps() + " with "
                        + second.schedule() + "; have time, randomness and threads come from the TestRuntime"),
                first.replay());
    }

    /// Cancels at each await; and where clean-up awaits then, once more with the grace period over at one of those
    /// awaits, drawn from the seed.
    private @Nullable Failure cancelEverywhere(TestRuntime whole) {
        var random = new SplittableRandom(whole.seed());
        for (int await = 1; await <= whole.suspensions(); await++) {
            TestRuntime cancelled = again(whole.seed());
            Failure failure = cancelled(cancelled, new CancelPoint(await, 0));
            int cleanUp = cancelled.suspensions() - await;
            if (failure == null && cleanUp > 0) {
                int cut = await + 1 + random.nextInt(cleanUp);
                failure = cancelled(again(whole.seed()), new CancelPoint(await, cut));
            }
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    private @Nullable Failure cancelled(TestRuntime runtime, CancelPoint point) {
        runtime.cancelAt(point);
        return once(runtime);
    }

    /// A runtime for one more run. Only the first run looks for polls that block, since a look takes longer than most
    /// polls.
    private TestRuntime again(long seed) {
        return builder.get().seed(seed).withoutWatchingPolls().build();
    }

    /// Takes choices out of a failing schedule, larger pieces first, as long as the test fails in the same way.
    private Failure shrunk(long seed, String schedule, Failure failure) {
        Failure shortest = failure;
        Schedule kept = Schedule.parse(schedule);
        int tries = 0;
        for (int piece = kept.size(); piece >= 1; piece /= 2) {
            for (int from = 0; from < kept.size() && tries < MAX_SHRINKS; from += piece) {
                Schedule shorter = kept.withoutChoices(from, from + piece);
                if (shorter.toString().equals(kept.toString())) {
                    continue;
                }
                tries++;
                TestRuntime runtime =
                        builder.get().seed(seed).schedule(shorter.toString()).build();
                Failure again = once(runtime);
                if (again != null && again.thrown.getClass() == failure.thrown.getClass()) {
                    shortest = again;
                    kept = Schedule.parse(runtime.schedule());
                }
            }
        }
        return shortest;
    }
}
