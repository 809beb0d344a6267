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
    private final boolean checksEach;
    private final Body body;
    private final Supplier<TestRuntime.Builder> builder;

    /// The test.
    @FunctionalInterface
    interface Body {
        void run(TestRuntime runtime) throws Throwable;
    }

    /// What a run threw, and the line that runs it again.
    record Failure(Throwable thrown, String replay) {}

    /// @param checksEach whether each schedule runs twice, and not only the first of several
    Runs(boolean leakCheck, boolean cancels, boolean checksEach, Body body, Supplier<TestRuntime.Builder> builder) {
        this.leakCheck = leakCheck;
        this.cancels = cancels;
        this.checksEach = checksEach;
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
        if (checksEach || (!replaying && schedules > 1)) {
            failure = twice(first);
        }
        for (int i = 1; failure == null && !replaying && i < schedules; i++) {
            long seed = Seeds.mix(first.seed(), i);
            TestRuntime runtime = checksEach ? tracing(seed) : again(seed);
            failure = once(runtime);
            if (failure != null) {
                failure = shrunk(seed, runtime.schedule(), failure);
                continue;
            }
            failure = checksEach ? twice(runtime) : null;
            if (failure == null && cancels) {
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
        TestRuntime second = tracing(first.seed());
        Failure failure = once(second);
        String difference = difference(first, second);
        if (difference == null) {
            return failure;
        }
        var error = new AssertionError("the test is not deterministic: with seed " + first.seed() + ", " + difference
                + "; have time, randomness and threads come from the TestRuntime, and iterate over what has an order");
        if (failure != null) {
            error.addSuppressed(failure.thrown);
        }
        return new Failure(error, first.replay() + Property.TWICE_AGAIN);
    }

    private static @Nullable String difference(TestRuntime first, TestRuntime second) {
        StepTrace one = first.trace();
        StepTrace other = second.trace();
        String step = one == null || other == null ? null : StepTrace.firstDifference(one, other);
        if (step != null || first.eventHash() == second.eventHash()) {
            return step;
        }
        return "there were " + first.steps() + " polls, and then " + second.steps();
    }

    /// A runtime for a run that is compared with another.
    private TestRuntime tracing(long seed) {
        return builder.get().seed(seed).withoutWatchingPolls().tracing().build();
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
