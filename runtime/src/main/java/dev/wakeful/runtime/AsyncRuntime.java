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
import dev.wakeful.spi.Blocking;
import dev.wakeful.task.Quiescence;
import dev.wakeful.task.Task;
import java.lang.System.Logger.Level;
import java.time.Duration;
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
    private static final System.Logger LOG = System.getLogger("dev.wakeful.runtime");
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Settings settings;
    private final CurrentThread executor;
    private final Refusing refusing = new Refusing();
    private final AtomicInteger state = new AtomicInteger(OPEN);

    /// How long the clean-up that does not wait may take after the grace period.
    private static final long CUT_NANOS = 250_000_000;

    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int CLOSED = 2;

    private AsyncRuntime(Settings settings) {
        this.settings = settings;
        this.executor = new CurrentThread(settings, this::spawn);
    }

    /// Builds a runtime that polls on the thread that is in [#blockOn].
    ///
    /// @return a builder
    public static Builder currentThread() {
        return new Builder();
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
    ///     inside a task, or when the runtime was closed
    @SuppressWarnings({"unchecked", "NullAway"}) // the root's result is that of the future, null only where T allows it
    public <T extends @Nullable Object> T blockOn(Future<T> future) throws Exception {
        Root root = open(future);
        future = Future.pending(); // what waits must not be kept reachable by those who wait for it
        executor.await(root);
        return (T) root.result();
    }

    private Root open(Future<?> future) {
        Objects.requireNonNull(future, "future must not be null");
        Task<?> outer = CurrentThread.polledHere();
        if (outer != null) {
            throw new IllegalStateException("blockOn(" + future + ") was called inside " + outer
                    + ", whose thread it would hold; await the future there, or spawn it");
        }
        if (state.get() != OPEN) {
            throw new IllegalStateException(
                    "blockOn(" + future + ") was called on " + settings.name() + ", which was closed");
        }
        return executor.open(new Task<>(executor, "main", future));
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
        if (state.get() != OPEN) {
            var refused = new Task<>(refusing, name, future);
            refused.abort(settings.name() + " was closed");
            refused.run();
            return refused;
        }
        var task = new Task<>(executor, name, future);
        task.start();
        if (state.get() != OPEN) {
            task.abort(settings.name() + " is being closed"); // close() may not have seen it
        }
        return task;
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
    /// not end, and frees timers and sockets. Closing twice is once.
    ///
    /// @param grace how long clean-up may take
    /// @throws IllegalStateException when called inside a task of this runtime
    public void close(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, but was " + grace);
        }
        if (executor.isPolledHere()) {
            throw new IllegalStateException(
                    "close() of " + settings.name() + " was called inside " + CurrentThread.polledHere()
                            + " of the same runtime, which it would wait for; cancel a scope instead");
        }
        if (!state.compareAndSet(OPEN, CLOSING)) {
            return;
        }
        for (Task<?> task : executor.tasks().live()) {
            task.abort(settings.name() + " is being closed");
        }
        boolean interrupted = false;
        executor.limitCleanUp(Builder.nanos(grace));
        interrupted |= driveToTheEnd(Builder.nanos(grace));
        if (executor.live()
                > 0) { // the grace period is over: each await of clean-up is cut, and what does not wait still runs
            executor.tasks().live().forEach(Task::notifyTask);
            interrupted |= driveToTheEnd(CUT_NANOS);
        }
        List<Task<?>> left = executor.tasks().live();
        if (!left.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    settings.name() + " was closed although " + left.size() + " tasks did not end within " + grace
                            + "; " + Quiescence.waiting(left));
        }
        executor.closeDrivers();
        state.set(CLOSED);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Drives until no task is left or the time is over. `true` when the thread was interrupted meanwhile.
    private boolean driveToTheEnd(long nanos) {
        CurrentThread.Patience patience = executor.new Patience(nanos);
        while (executor.live() > 0 && !patience.isOver()) {
            executor.driveOrWait(() -> executor.live() == 0, patience);
        }
        return patience.wasInterrupted();
    }

    /// What the runtime has done so far, in numbers. Callable from any thread.
    ///
    /// @return the numbers of now
    public RuntimeMetrics metrics() {
        return executor.metrics();
    }

    /// Every task of the runtime and what it waits for. Callable from any thread; stops nothing and polls nothing.
    ///
    /// @return the dump, as text and as JSON
    public RuntimeDump dump() {
        return executor.dump();
    }

    /// Whether [#close()] was called.
    ///
    /// @return `true` from then on
    public boolean isClosed() {
        return state.get() != OPEN;
    }

    @Override
    public String toString() {
        return "AsyncRuntime[" + settings.name() + ", tasks=" + executor.live()
                + switch (state.get()) {
                    case OPEN -> "]";
                    case CLOSING -> ", closing]";
                    default -> ", closed]";
                };
    }

    // ------------------------------------------------------------------------------------------------- building

    /// Builds a runtime.
    public static final class Builder {
        private String name = "runtime-" + COUNT.incrementAndGet();
        private long seed = ThreadLocalRandom.current().nextLong();
        private long graceNanos = nanos(Duration.ofSeconds(5));
        private Clock clock = new Clock();
        private @Nullable BiConsumer<? super TaskRef, ? super Throwable> onFailure;
        private @Nullable Consumer<? super Report> onReport;

        private Builder() {}

        /// Names the runtime, for errors and dumps.
        ///
        /// @param name the name
        /// @return this builder
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name must not be null");
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
            return new AsyncRuntime(new Settings(name, seed, graceNanos, clock, onFailure, onReport));
        }
    }
}
