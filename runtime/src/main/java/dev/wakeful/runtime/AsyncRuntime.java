// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.AsyncAction;
import dev.wakeful.AsyncBlock;
import dev.wakeful.AsyncConsumer;
import dev.wakeful.AsyncFunction;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.TaskScope;
import dev.wakeful.internal.Words;
import dev.wakeful.spi.Blocking;
import dev.wakeful.spi.Observer;
import dev.wakeful.task.Task;
import dev.wakeful.task.Trace;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Polls tasks: owns the clock, the timers and the I/O driver.
///
/// [#run] is the way for `main`. A runtime that is built by hand is closed by hand.
///
/// {@snippet class="RuntimeExamples" region="run"}
///
/// A runtime of the current thread polls its tasks on the thread that is in [#blockOn], and on no other. When nothing
/// is left that could wake any of them, it does not hang: `blockOn` throws [dev.wakeful.LostWakerException], which
/// names each waiting task and what it waits for.
public final class AsyncRuntime implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Settings settings;
    private final Engine engine;
    private final Cleaner.Cleanable unclosed;

    private AsyncRuntime(Settings settings) {
        this.settings = settings;
        this.engine = settings.workers() == 0 ? new CurrentThread(settings) : new MultiThread(settings).start();
        this.unclosed = Unclosed.watch(this, engine);
        engine.publish();
    }

    /// What stands behind it. For tests.
    Engine engine() {
        return engine;
    }

    /// Builds a runtime that polls on the thread that is in [#blockOn].
    ///
    /// @return a builder
    public static Builder currentThread() {
        return new Builder(0);
    }

    /// Builds a runtime that polls on threads of its own, as many as there are processors unless the
    /// [builder][Builder#workers] says otherwise. A worker that has nothing to do takes tasks from the others.
    ///
    /// Tasks run at the same time, so what they share needs the care that threads need: a channel or a lock of
    /// `dev.wakeful.sync`, or what the JDK has. The polls of one task never overlap, and each sees what the one before
    /// did, on whichever thread.
    ///
    /// {@snippet class="RuntimeExamples" region="multiThread"}
    ///
    /// @return a builder
    public static Builder multiThread() {
        return new Builder(Runtime.getRuntime().availableProcessors());
    }

    /// Runs a block with a scope on a new runtime of the current thread, and closes the runtime.
    ///
    /// @param body the block; its scope ends when all its children have ended
    /// @throws Exception what the block throws, or a child of its scope
    public static void run(AsyncConsumer<TaskScope> body) throws Exception {
        try (AsyncRuntime runtime = alone()) {
            runtime.blockOn(TaskScope.run(body)); // in no variable of ours, which would keep what waits reachable
        }
    }

    /// Runs a block with a scope on a new runtime of the current thread, closes the runtime, and gives the block's
    /// value.
    ///
    /// @param <T> the type of the value
    /// @param body the block; its scope ends when all its children have ended
    /// @return the value
    /// @throws Exception what the block throws, or a child of its scope
    public static <T extends @Nullable Object> T call(AsyncFunction<TaskScope, T> body) throws Exception {
        try (AsyncRuntime runtime = alone()) {
            return runtime.blockOn(TaskScope.call(body));
        }
    }

    private static AsyncRuntime alone() {
        return currentThread().name("main").build();
    }

    // ------------------------------------------------------------------------------------------------- running

    /// Polls `future` as a task of this runtime until it is complete, and gives its value. Other tasks run meanwhile,
    /// and stop when this returns, until the next call.
    ///
    /// An interrupt winds the future down, within the grace period, and then [InterruptedException] is thrown. Several
    /// threads may be in this method; one of them polls. On a virtual thread it parks as any blocking call does.
    ///
    /// @param <T> the type of the value
    /// @param future what to run; must not have been polled
    /// @return the value
    /// @throws Exception the failure of the future, that very object; [InterruptedException] after an interrupt;
    ///     [dev.wakeful.LostWakerException] when nothing can wake it any more; [IllegalStateException] when called
    ///     inside a task or by a thread that polls the tasks of this runtime, or when the runtime was closed
    @SuppressWarnings({"unchecked", "NullAway"}) // the root's result is that of the future, null only where T allows it
    public <T extends @Nullable Object> T blockOn(Future<T> future) throws Exception {
        StackRoom.forALoop();
        Root root = open(future);
        future = Future.pending(); // what waits must not be kept reachable by those who wait for it
        try {
            engine.await(root);
            return (T) root.result();
        } finally {
            Reference.reachabilityFence(this); // who is blocked in a runtime has not forgotten it
        }
    }

    private Root open(Future<?> future) {
        Objects.requireNonNull(future, "future must not be null");
        Task<?> outer = Engine.polledHere();
        if (outer != null) {
            throw new IllegalStateException("blockOn(" + Words.of(future) + ") was called inside " + outer
                    + ", whose thread it would hold; await the future there, or spawn it"
                    + sites(Unclosed.caller(), Trace.ofTask(outer).innermostSite()));
        }
        if (engine.isDrivenHere()) { // between two polls: in an observer or a handler
            throw new IllegalStateException(
                    "blockOn(" + Words.of(future) + ") was called on a thread that polls the tasks of " + engine
                            + " and would wait for itself; spawn it" + sites(Unclosed.caller(), null));
        }
        if (!engine.isOpen()) {
            throw new IllegalStateException(
                    "blockOn(" + Words.of(future) + ") was called on " + engine + ", which was closed");
        }
        String refusal = engine.refusal();
        if (refusal != null) {
            throw new IllegalStateException(
                    "blockOn(" + Words.of(future) + ") was called on " + engine + ", which has shut down: " + refusal);
        }
        var task = new Task<>(engine, "main", future);
        Root root = engine.open(task);
        engine.endIfLate(task);
        return root;
    }

    private static String sites(@Nullable StackTraceElement call, @Nullable StackTraceElement task) {
        return (call == null ? "" : "\n  blockOn was called at " + call)
                + (task == null ? "" : "\n  the task is at " + task);
    }

    /// Starts a detached task: one that belongs to no scope but to this runtime. It is polled while a thread is in
    /// [#blockOn], and cancelled by [#close()].
    ///
    /// A failure is reported when nobody awaits the handle as it happens. On a runtime that is being closed, the task
    /// is cancelled without being polled.
    ///
    /// @param <T> the type of the result
    /// @param future what it runs; must not have been polled
    /// @return its handle
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future) {
        return spawn("", future);
    }

    /// Starts a detached task of a block; see [#spawn(Future)].
    ///
    /// @param <T> the type of the result
    /// @param block what it runs
    /// @return its handle
    public <T extends @Nullable Object> JoinHandle<T> spawn(AsyncBlock<T> block) {
        return spawn("", block.start());
    }

    /// Starts a detached task of a block without a value; see [#spawn(Future)].
    ///
    /// @param block what it runs
    /// @return its handle
    public JoinHandle<@Nullable Void> spawn(AsyncAction block) {
        return spawn("", block.start());
    }

    /// Starts a detached task with a name; see [#spawn(Future)].
    ///
    /// @param <T> the type of the result
    /// @param name the name, for errors and dumps
    /// @param future what it runs; must not have been polled
    /// @return its handle
    public <T extends @Nullable Object> JoinHandle<T> spawn(String name, Future<T> future) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(future, "future must not be null");
        return engine.spawn(name, future);
    }

    /// Starts blocking work on a virtual thread of its own. Inside a block, [Blocking#blocking] is the same as a
    /// future.
    ///
    /// [JoinHandle#abort] interrupts the thread.
    ///
    /// @param <T> the type of the result
    /// @param work what blocks
    /// @return the handle of the task that waits for it
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> work) {
        return spawn("", Blocking.blocking(work));
    }

    // ------------------------------------------------------------------------------------------------- ending

    /// Closes the runtime with the grace period it was built with; see [#close(Duration)].
    @Override
    public void close() {
        close(Duration.ofNanos(settings.graceNanos()));
    }

    /// Takes no more tasks, cancels all there are, lets them clean up for as long as `grace`, names those that would
    /// not end, and frees timers and sockets. Closing twice is once: a call while another thread closes the runtime
    /// waits until it has, for as long as `grace`.
    ///
    /// @param grace how long clean-up may take
    /// @throws IllegalStateException when called inside a task of this runtime, or by a thread that polls its tasks
    public void close(Duration grace) {
        Objects.requireNonNull(grace, "grace must not be null");
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, but was " + grace);
        }
        if (engine.isDrivenHere()) {
            Task<?> task = Engine.polledHere();
            throw new IllegalStateException("close() of " + engine + " was called "
                    + (task == null ? "on a thread that polls its tasks" : "inside " + task + " of the same runtime")
                    + ", which it would wait for; cancel a scope instead");
        }
        try {
            engine.close(Builder.nanos(grace));
            unclosed.clean();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// What the runtime has done so far, in numbers. Callable from any thread.
    ///
    /// @return the numbers of now
    public RuntimeMetrics metrics() {
        return engine.metrics();
    }

    /// Every task of the runtime and what it waits for. Callable from any thread; stops nothing and polls nothing.
    ///
    /// @return the dump, as text and as JSON
    public RuntimeDump dump() {
        return engine.dump();
    }

    /// Whether [#close()] was called.
    ///
    /// @return `true` from then on
    public boolean isClosed() {
        return !engine.isOpen();
    }

    @Override
    public String toString() {
        return "AsyncRuntime[" + engine + ", tasks=" + engine.live()
                + (engine.isOpen() ? "]" : engine.isClosed() ? ", closed]" : ", closing]");
    }

    // ------------------------------------------------------------------------------------------------- building

    /// Builds a runtime.
    public static final class Builder {
        private String name = "runtime-" + COUNT.incrementAndGet();
        private int workers;
        private int budget = Task.BUDGET;
        private int queueCapacity = 256;
        private long spinNanos = 20_000;
        private long seed = ThreadLocalRandom.current().nextLong();
        private long graceNanos = nanos(Duration.ofSeconds(5));
        private Clock clock = new Clock();
        private @Nullable BiConsumer<? super TaskRef, ? super Throwable> onFailure;
        private @Nullable Consumer<? super Report> onReport;
        private Consumer<Thread> starter = Thread::start;
        private UnhandledFailure unhandled = UnhandledFailure.REPORT;
        private final List<Observer> observers = new ArrayList<>();

        private Builder(int workers) {
            this.workers = workers;
        }

        /// Names the runtime, for errors and dumps.
        ///
        /// @param name the name
        /// @return this builder
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name must not be null");
            return this;
        }

        /// Sets how many threads poll tasks. By default as many as there are processors.
        ///
        /// @param count how many, from 1 on
        /// @return this builder
        /// @throws IllegalStateException when the runtime polls on the current thread
        public Builder workers(int count) {
            if (workers == 0) {
                throw new IllegalStateException("a runtime of the current thread has no workers, but " + count
                        + " were asked for; use AsyncRuntime.multiThread()");
            }
            if (count < 1) {
                throw new IllegalArgumentException("workers must be positive, but was " + count);
            }
            this.workers = count;
            return this;
        }

        /// Sets the seed of the runtime's random choices, which are random by default.
        ///
        /// @param seed the seed
        /// @return this builder
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /// Sets how long clean-up may take when the runtime is closed or a blocked thread is interrupted. By default 5
        /// s.
        ///
        /// @param grace how long, not negative
        /// @return this builder
        public Builder gracePeriod(Duration grace) {
            if (grace.isNegative()) {
                throw new IllegalArgumentException("grace must not be negative, but was " + grace);
            }
            this.graceNanos = nanos(grace);
            return this;
        }

        /// Sets who is told of a failure that nobody awaits. By default it is logged as an error.
        ///
        /// @param handler takes the task and what it threw; called on the thread that polls
        /// @return this builder
        public Builder onUnhandledFailure(BiConsumer<? super TaskRef, ? super Throwable> handler) {
            this.onFailure = Objects.requireNonNull(handler, "handler must not be null");
            return this;
        }

        /// Sets who is told of what should not be as it is: polls that hold their thread, futures that wake themselves
        /// for ever, what was begun and forgotten. By default each report is logged as a warning.
        ///
        /// @param handler takes the report; may be called on any thread
        /// @return this builder
        public Builder onReport(Consumer<? super Report> handler) {
            this.onReport = Objects.requireNonNull(handler, "handler must not be null");
            return this;
        }

        Builder budget(int units) {
            this.budget = units;
            return this;
        }

        Builder queueCapacity(int tasks) {
            this.queueCapacity = tasks;
            return this;
        }

        Builder spin(long nanos) {
            this.spinNanos = nanos;
            return this;
        }

        /// Sets what follows from a failure that nobody awaits. By default it is reported.
        ///
        /// @param policy what to do
        /// @return this builder
        public Builder unhandledFailures(UnhandledFailure policy) {
            this.unhandled = Objects.requireNonNull(policy, "policy must not be null");
            return this;
        }

        /// Adds somebody who is told of the life of tasks and workers.
        ///
        /// @param observer who is told, of polls too if it is a [dev.wakeful.spi.PollObserver]; what it throws is
        ///     logged and harms nothing
        /// @return this builder
        public Builder observer(Observer observer) {
            observers.add(Objects.requireNonNull(observer, "observer must not be null"));
            return this;
        }

        Builder starter(Consumer<Thread> starts) {
            this.starter = starts;
            return this;
        }

        Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        static long nanos(Duration duration) {
            return duration.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : duration.toNanos();
        }

        /// Builds the runtime.
        ///
        /// @return the runtime, to be closed
        public AsyncRuntime build() {
            return new AsyncRuntime(settings());
        }

        Settings settings() {
            return new Settings(
                    name,
                    workers,
                    seed,
                    budget,
                    queueCapacity,
                    spinNanos,
                    graceNanos,
                    clock,
                    onFailure,
                    onReport,
                    new Observed(name, observers),
                    unhandled,
                    starter);
        }
    }
}
