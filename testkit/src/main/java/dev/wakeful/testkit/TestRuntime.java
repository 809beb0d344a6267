// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.AsyncAction;
import dev.wakeful.AsyncBlock;
import dev.wakeful.AsyncConsumer;
import dev.wakeful.AsyncFunction;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.Report;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.internal.Begun;
import dev.wakeful.spi.Timer;
import dev.wakeful.task.Quiescence;
import dev.wakeful.task.Task;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A runtime for tests: user's own code on one thread, on a clock that is moved, in an order that a seed decides.
///
/// The same seed gives the same run, step for step. Blocking work is a step like any other. When nothing is left that
/// could wake anything, the run fails at once and says who waits for what.
///
/// ```java
/// try (var runtime = TestRuntime.create()) {
///     var reply = runtime.spawn(() -> await(client.askWithRetries()));
///     runtime.advance(Duration.ofMinutes(1));
///     runtime.probe(reply).assertReady("late, but there");
/// }
/// ```
///
/// For one thread, the one that made it; wakers may be woken from any. [#close()] checks that nothing is left over.
public final class TestRuntime implements AutoCloseable {
    private final long seed;
    private final Simulation simulation;
    private final Driving driving;
    private final LeftOver leftOver;
    private final Lints lints;
    private final @Nullable NeverPolled neverPolled;
    private final @Nullable StepTrace trace;
    private boolean closed;

    private TestRuntime(Builder builder) {
        this.seed = builder.seed;
        this.lints = builder.lints;
        this.trace = builder.trace;
        this.simulation = new Simulation(builder.simulated());
        this.driving = new Driving(simulation, seed, builder.maxSteps, builder.autoAdvance);
        this.leftOver = new LeftOver(simulation, driving);
        Begun.watchAll();
        this.neverPolled = builder.watchesPolls ? new NeverPolled(simulation) : null;
    }

    /// A runtime with a fresh seed, or with the one of the system property `wakeful.seed`, and the schedule of
    /// `wakeful.schedule` if that is set.
    ///
    /// @return the runtime
    public static TestRuntime create() {
        return builder().build();
    }

    /// A runtime with a given seed.
    ///
    /// @param seed decides order and randomness
    /// @return the runtime
    public static TestRuntime withSeed(long seed) {
        return builder().seed(seed).build();
    }

    /// A runtime with more to say about it.
    ///
    /// @return the builder
    public static Builder builder() {
        return new Builder();
    }

    // ------------------------------------------------------------------------------------------------- running

    /// Runs `future` as a task until it ends, and everything else meanwhile; when nothing is ready, the clock moves to
    /// the next timer.
    ///
    /// @param <T> the type of the value
    /// @param future what to run; must not have been polled
    /// @return its value
    /// @throws Exception what it throws, the very object
    /// @throws dev.wakeful.LostWakerException when nothing is left that could wake it; the message says who waits for
    ///     what
    public <T extends @Nullable Object> T blockOn(Future<T> future) throws Exception {
        Objects.requireNonNull(future, "future must not be null");
        requireOutside("blockOn");
        Task<T> task = simulation.start("", future);
        driving.toTheEndOf(task);
        return outcome(task);
    }

    private static <T extends @Nullable Object> T outcome(Task<T> ended) throws Exception {
        return switch (ended.poll(Context.of(Waker.noop()))) {
            case Poll.Ready<T>(var value) -> value;
            case Poll.Pending<T> _ -> throw new IllegalStateException(ended + " has not ended");
        };
    }

    /// Runs a block with a scope for its children until all have ended.
    ///
    /// @param body the body
    /// @throws Exception the failure of the scope
    public void run(AsyncConsumer<TaskScope> body) throws Exception {
        blockOn(TaskScope.run(body));
    }

    /// Runs a block with a value, with a scope for its children, until all have ended.
    ///
    /// @param <T> the type of the value
    /// @param body the body
    /// @return its value
    /// @throws Exception the failure of the scope
    public <T extends @Nullable Object> T call(AsyncFunction<TaskScope, T> body) throws Exception {
        return blockOn(TaskScope.call(body));
    }

    /// Starts a detached task.
    ///
    /// @param <T> the type of the result
    /// @param future what it runs; must not have been polled
    /// @return its handle
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future) {
        return spawn("", future);
    }

    /// Starts a detached task of a block.
    ///
    /// @param <T> the type of the result
    /// @param block what it runs
    /// @return its handle
    public <T extends @Nullable Object> JoinHandle<T> spawn(AsyncBlock<T> block) {
        return spawn("", block.start());
    }

    /// Starts a detached task of a block without a value.
    ///
    /// @param block what it runs
    /// @return its handle
    public JoinHandle<@Nullable Void> spawn(AsyncAction block) {
        return spawn("", block.start());
    }

    /// Starts a detached task with a name.
    ///
    /// @param <T> the type of the result
    /// @param name the name, which reports show
    /// @param future what it runs; must not have been polled
    /// @return its handle
    public <T extends @Nullable Object> JoinHandle<T> spawn(String name, Future<T> future) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(future, "future must not be null");
        return simulation.start(name, future);
    }

    /// A probe whose polls are offered what this runtime offers its tasks: time, randomness and the rest.
    ///
    /// @param <T> the type of the value
    /// @param future the future, not polled yet
    /// @return the probe
    public <T extends @Nullable Object> PollProbe<T> probe(Future<T> future) {
        return PollProbe.of(future, context());
    }

    /// What this runtime offers, without a task: for polls by hand.
    ///
    /// @return a context with a waker that does nothing
    public Context context() {
        return new Offers(simulation);
    }

    private record Offers(Simulation simulation) implements Context {
        @Override
        public Waker waker() {
            return Waker.noop();
        }

        @Override
        public <V> @Nullable V find(Key<V> key) {
            return simulation.find(key);
        }

        @Override
        public String toString() {
            return "a context of a TestRuntime, without a task";
        }
    }

    /// The network that the tasks of this runtime see.
    ///
    /// @return the network, to be given delays and faults
    public SimNetwork network() {
        return simulation.network();
    }

    // ------------------------------------------------------------------------------------------------- time

    /// Moves the clock. The timers that become due fire in the order of their deadlines, and after each deadline
    /// everything runs until nothing is ready.
    ///
    /// @param time how far, not negative
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative, but was " + time);
        }
        long target = Timer.after(simulation.timer().nanos(), Durations.nanos(time));
        requireOutside("advance");
        driving.toTime(target);
    }

    /// Polls until no task is ready. The clock stands still.
    public void runUntilIdle() {
        requireOutside("runUntilIdle");
        driving.toRest();
    }

    /// Polls one task, the next of the schedule.
    ///
    /// @return whether one was ready
    public boolean step() {
        requireOutside("step");
        return simulation.step() != null;
    }

    /// How far the clock was moved.
    ///
    /// @return the virtual time since the start
    public Duration now() {
        return Duration.ofNanos(simulation.timer().nanos());
    }

    /// Says that something outside the simulation, as a thread of the test's own, is about to wake somebody: until the
    /// hold is closed, a run in which nothing is ready waits for it, and the clock does not move by itself.
    ///
    /// @param why who holds, for reports
    /// @return the hold
    public Hold hold(String why) {
        Objects.requireNonNull(why, "why must not be null");
        driving.holds().add(why);
        return () -> {
            driving.holds().remove(why);
            simulation.unpark();
        };
    }

    /// A reason to wait for what is outside the simulation.
    @FunctionalInterface
    public interface Hold extends AutoCloseable {
        /// Ends the wait. Callable from any thread.
        @Override
        void close();
    }

    // ------------------------------------------------------------------------------------------------- looking

    /// The seed of this run.
    ///
    /// @return the seed
    public long seed() {
        return seed;
    }

    /// The choices of the schedule so far, as text that [Builder#schedule(String)] takes.
    ///
    /// @return the text
    public String schedule() {
        return simulation.taken().toString();
    }

    /// The properties that replay this run: on the command line of the test, or of the JVM that a debugger starts.
    ///
    /// @return `-Dwakeful.seed=... -Dwakeful.schedule=...`
    public String replay() {
        return driving.replay();
    }

    /// A number made of each poll so far and its time: two runs with the same number were the same, step for step.
    ///
    /// @return the number
    public long eventHash() {
        return simulation.hash();
    }

    /// How many polls there were.
    ///
    /// @return the count
    public long steps() {
        return simulation.steps();
    }

    /// How many awaits of the task that [#blockOn] runs have suspended it so far, those of its children included.
    ///
    /// @return the count
    public int suspensions() {
        return driving.suspensions();
    }

    /// Randomness from the seed, for the test's own use; the same that tasks find under [Context#RANDOM], in a stream
    /// of its own.
    ///
    /// @return the generator
    public RandomGenerator random() {
        return simulation.random();
    }

    /// Every task that has not ended, with its async stack down to the resource it waits for. Polls nothing.
    ///
    /// @return the text
    public String dump() {
        return driving.dump();
    }

    /// What was found that should not be as it is: tasks that wake themselves for ever, polls that block, futures that
    /// were begun and forgotten, or made and never polled.
    ///
    /// @return the reports so far
    public List<Report> reports() {
        return simulation.reports();
    }

    // ------------------------------------------------------------------------------------------------- ending

    /// Adds a check that [#close()] makes, whatever way the run ended.
    ///
    /// @param name what must hold, as a sentence
    /// @param check throws when it does not
    public void atEnd(String name, Runnable check) {
        leftOver.atEnd(name, check);
    }

    /// Checks that nothing is left over, no task, no timer, no socket, no failure that nobody read; and that there was
    /// nothing to report, unless the builder said otherwise.
    ///
    /// @throws AssertionError that names each thing that is
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lookForForgotten();
        leftOver.requireChecks();
        leftOver.requireNothing();
        if (lints == Lints.FAIL) {
            requireNoReports();
        }
    }

    /// The collector is asked only when there is something to ask it about: futures that were not polled, or waited and
    /// have not ended.
    private void lookForForgotten() {
        if (neverPolled != null) {
            neverPolled.end();
        }
        if (Begun.isWatchedFor(simulation.reportTo()) || (neverPolled != null && neverPolled.hasAny())) {
            Quiescence.collect();
            Begun.reportCollected();
        }
    }

    private void requireNoReports() {
        List<Report> reports = simulation.reports();
        if (!reports.isEmpty()) {
            throw new AssertionError("reports of the run:\n  "
                    + reports.stream().map(Report::toString).collect(Collectors.joining("\n  "))
                    + "\nreplay with " + replay());
        }
    }

    /// What is left over, a line each; empty when all is well.
    ///
    /// @return the lines
    public List<String> leftOver() {
        return leftOver.lines();
    }

    /// Has the task that [#blockOn] runs cancelled there.
    void cancelAt(CancelPoint point) {
        driving.cancelAt(point);
    }

    /// Whether that has happened.
    boolean isCancelledByKit() {
        return driving.isCancelled();
    }

    /// The polls so far, if they are written down.
    @Nullable
    StepTrace trace() {
        return trace;
    }

    private void requireOutside(String what) {
        Task<?> polled = simulation.current();
        if (polled != null) {
            throw new IllegalStateException(what + " was called inside " + polled
                    + " of the same TestRuntime, which it would wait for; await instead");
        }
        if (closed) {
            throw new IllegalStateException(what + " was called on a TestRuntime that is closed");
        }
    }

    @Override
    public String toString() {
        return "TestRuntime[seed=" + seed + ", steps=" + steps() + ", now=" + now() + "]";
    }

    /// What a [TestRuntime] is made of.
    public static final class Builder {
        private final Map<Context.Key<?>, Object> offered = new HashMap<>();
        private long seed = Property.seed().orElseGet(() -> new SplittableRandom().nextLong() >>> 1);
        private @Nullable Schedule schedule =
                Property.schedule().map(Schedule::parse).orElse(null);
        private Strategy strategy = Strategy.RANDOM;
        private int workers = 1;
        private int maxSteps = 1_000_000;
        private boolean autoAdvance = true;
        private long graceNanos = Durations.nanos(Duration.ofSeconds(5));
        private Lints lints = Lints.FAIL;
        private boolean watchesPolls = true;
        private @Nullable StepTrace trace;

        private Builder() {}

        private Simulation.Settings simulated() {
            return new Simulation.Settings(
                    seed, strategy, workers, schedule, Map.copyOf(offered), graceNanos, watchesPolls, trace);
        }

        /// Polls that block or take long are not looked for, which costs a microsecond for each poll.
        Builder withoutWatchingPolls() {
            watchesPolls = false;
            return this;
        }

        /// The polls are written down.
        Builder tracing() {
            trace = new StepTrace();
            return this;
        }

        /// How long clean-up may take, on the virtual clock; 5 s unless said otherwise.
        ///
        /// @param grace how long, not negative
        /// @return this builder
        public Builder gracePeriod(Duration grace) {
            if (grace.isNegative()) {
                throw new IllegalArgumentException("grace must not be negative, but was " + grace);
            }
            this.graceNanos = Durations.nanos(grace);
            return this;
        }

        /// What a report does to the test; [Lints#FAIL] unless said otherwise.
        ///
        /// @param lints what it does
        /// @return this builder
        public Builder lints(Lints lints) {
            this.lints = Objects.requireNonNull(lints, "lints must not be null");
            return this;
        }

        /// The seed that decides order and randomness.
        ///
        /// @param seed any number
        /// @return this builder
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /// The schedule to replay: what [TestRuntime#schedule()] gave. Where it ends, the first ready task is taken.
        ///
        /// @param schedule the choices as text
        /// @return this builder
        public Builder schedule(String schedule) {
            this.schedule = Schedule.parse(schedule);
            return this;
        }

        /// How ready tasks are picked; [Strategy#RANDOM] unless said otherwise.
        ///
        /// @param strategy the strategy
        /// @return this builder
        public Builder strategy(Strategy strategy) {
            this.strategy = Objects.requireNonNull(strategy, "strategy must not be null");
            return this;
        }

        /// How many workers are simulated; 1 unless said otherwise. One takes any ready task; several have a queue
        /// each, which a task that is woken by a poll goes to, and the idle ones steal.
        ///
        /// @param workers the count
        /// @return this builder
        public Builder workers(int workers) {
            if (workers < 1) {
                throw new IllegalArgumentException("workers must be positive, but was " + workers);
            }
            this.workers = workers;
            return this;
        }

        /// After how many polls a run that does not end is given up; 1,000,000 unless said otherwise.
        ///
        /// @param maxSteps the count
        /// @return this builder
        public Builder maxSteps(int maxSteps) {
            if (maxSteps < 1) {
                throw new IllegalArgumentException("maxSteps must be positive, but was " + maxSteps);
            }
            this.maxSteps = maxSteps;
            return this;
        }

        /// Whether the clock moves to the next timer by itself when nothing is ready; `true` unless said otherwise.
        /// When it does not, a run that waits for time fails as one that waits for ever.
        ///
        /// @param autoAdvance whether it does
        /// @return this builder
        public Builder autoAdvance(boolean autoAdvance) {
            this.autoAdvance = autoAdvance;
            return this;
        }

        /// Offers tasks something more, or something else, under a key.
        ///
        /// @param <V> the type of what is offered
        /// @param key the key
        /// @param value what to offer
        /// @return this builder
        public <V> Builder offer(Context.Key<V> key, V value) {
            offered.put(key, value);
            return this;
        }

        /// Makes the runtime.
        ///
        /// @return a runtime at virtual time zero
        public TestRuntime build() {
            return new TestRuntime(this);
        }
    }
}
