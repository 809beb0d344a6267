// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.AsyncAction;
import dev.wakeful.AsyncBlock;
import dev.wakeful.AsyncConsumer;
import dev.wakeful.AsyncFunction;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import dev.wakeful.task.Quiescence;
import dev.wakeful.task.Task;
import dev.wakeful.task.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
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
    private final int maxSteps;
    private final boolean autoAdvance;
    private final Simulation simulation;
    private final ConcurrentLinkedQueue<String> holds = new ConcurrentLinkedQueue<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<Task<?>> roots = new ArrayList<>();
    private int cancelAtSuspension;
    private int suspensions;
    private @Nullable Task<?> root;
    private @Nullable Task<?> endedAsLost;
    private boolean closed;

    private TestRuntime(Builder builder) {
        this.seed = builder.seed;
        this.maxSteps = builder.maxSteps;
        this.autoAdvance = builder.autoAdvance;
        this.simulation =
                new Simulation(seed, builder.strategy, builder.workers, builder.schedule, Map.copyOf(builder.offered));
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
    /// @throws LostWakerException when nothing is left that could wake it; the message says who waits for what
    public <T extends @Nullable Object> T blockOn(Future<T> future) throws Exception {
        Objects.requireNonNull(future, "future must not be null");
        requireOutside("blockOn");
        Task<T> task = simulation.start("", future);
        roots.add(task);
        Task<?> outer = root;
        root = task;
        try {
            runRoot(task);
        } finally {
            root = outer;
        }
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

    private void runRoot(Task<?> task) {
        long limit = simulation.steps() + maxSteps;
        while (!task.isFinished()) {
            // Read before the look for ready tasks: whoever wakes a task and then lets go is seen by one of the two.
            boolean held = !holds.isEmpty();
            if (stepWithin(limit)) {
                continue;
            }
            if (held) {
                simulation.park();
            } else if (!autoAdvance || !simulation.fireNextDeadline(Long.MAX_VALUE)) {
                endAsLost(task);
            }
        }
    }

    private boolean stepWithin(long limit) {
        if (simulation.steps() >= limit) {
            throw new AssertionError("still busy after " + maxSteps + " polls, so somebody wakes itself for ever:\n"
                    + dump() + "replay with " + replay());
        }
        Task<?> polled = simulation.step();
        if (polled != null && !polled.isFinished() && root != null) {
            suspended(root);
        }
        return polled != null;
    }

    private void suspended(Task<?> running) {
        suspensions++;
        if (suspensions == cancelAtSuspension) {
            running.abort("cancelled at await " + suspensions + " by the test kit");
        }
    }

    /// Winds the root down with the report as its failure; its clean-up may wait for ever too, and then this throws.
    private void endAsLost(Task<?> task) {
        List<Task<?>> waiting = simulation.live();
        var lost = new LostWakerException(Quiescence.report(waiting) + "\nat " + now() + " of virtual time, after "
                + simulation.steps() + " polls; replay with " + replay());
        if (task == endedAsLost) {
            throw lost;
        }
        endedAsLost = task;
        task.endLost(lost);
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
        runUntilIdle();
        while (simulation.fireNextDeadline(target)) {
            runUntilIdle();
        }
        simulation.timer().moveTo(target);
    }

    /// Polls until no task is ready. The clock stands still.
    public void runUntilIdle() {
        requireOutside("runUntilIdle");
        long limit = simulation.steps() + maxSteps;
        boolean polled;
        do {
            polled = stepWithin(limit);
        } while (polled);
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
        holds.add(why);
        return () -> {
            holds.remove(why);
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
        return "-Dwakeful.seed=" + seed + " -Dwakeful.schedule=" + schedule()
                + (cancelAtSuspension == 0 ? "" : " -Dwakeful.cancel=" + cancelAtSuspension);
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
        return suspensions;
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
        var text = new StringBuilder();
        for (Task<?> task : simulation.live()) {
            text.append(task).append(task.isIdle() ? " waits:\n" : " is ready:\n");
            text.append(Trace.ofTask(task).toText("  "));
        }
        return text.toString();
    }

    // ------------------------------------------------------------------------------------------------- ending

    /// Adds a check that [#close()] makes, whatever way the run ended.
    ///
    /// @param name what must hold, as a sentence
    /// @param check throws when it does not
    public void atEnd(String name, Runnable check) {
        checks.add(new Check(name, check));
    }

    private record Check(String name, Runnable check) {}

    /// Checks that nothing is left over: no task, no timer, no socket, no failure that nobody read.
    ///
    /// @throws AssertionError that names each thing that is
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Check check : checks) {
            try {
                check.check.run();
            } catch (Throwable failure) {
                throw new AssertionError(
                        "does not hold at the end: " + check.name + "; replay with " + replay(), failure);
            }
        }
        List<String> left = leftOver();
        if (!left.isEmpty()) {
            var error = new AssertionError(
                    "left over at the end:\n  " + String.join("\n  ", left) + "\nreplay with " + replay());
            unreadFailures().forEach(task -> error.addSuppressed(task.failure()));
            throw error;
        }
    }

    /// What is left over, a line each; empty when all is well.
    ///
    /// @return the lines
    public List<String> leftOver() {
        List<String> left = new ArrayList<>();
        simulation.live().forEach(task -> left.add(line(task)));
        left.addAll(simulation.timer().leftOver());
        unreadFailures().forEach(task -> left.add("a failure that nobody read: " + task + " threw " + task.failure()));
        simulation.network().openSockets().forEach(socket -> left.add("an open socket: " + socket));
        holds.forEach(why -> left.add("a hold that nobody closed: " + why));
        return left;
    }

    private static String line(Task<?> task) {
        Trace trace = Trace.ofTask(task);
        Trace leaf = trace.leaf();
        StackTraceElement site = trace.innermostSite();
        return task + ", which has not ended: " + leaf.label() + (site == null ? "" : ", awaited at " + site)
                + (leaf.resource() == null ? "" : ", waits for " + leaf.resource());
    }

    private List<Task<?>> unreadFailures() {
        return simulation.failedAlone().stream()
                .filter(task -> !roots.contains(task) && !task.isObserved())
                .toList();
    }

    /// Has the task that [#blockOn] runs cancelled when `count` awaits have suspended.
    void cancelAtSuspension(int count) {
        cancelAtSuspension = count;
    }

    /// Whether that has happened.
    boolean isCancelledByKit() {
        return cancelAtSuspension > 0 && suspensions >= cancelAtSuspension;
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

        private Builder() {}

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
