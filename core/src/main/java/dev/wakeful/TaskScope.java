// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Child tasks with a common end: the body of a scope cannot end before its children have ended and cleaned up.
///
/// The first failure, of the body or of a child, cancels the rest; when all have ended, it is thrown at the scope, the
/// very object, and the failures that came after it are suppressed on it. A cancelled child is not a failure.
///
/// {@snippet class="TaskScopeExamples" region="fanOut"}
///
/// A child is spawned only through a reference to a scope. On a scope that is being cancelled, spawning gives a task
/// that is cancelled without being polled; on a scope that has ended it throws [IllegalStateException]. All methods may
/// be called from any thread.
public interface TaskScope {
    /// Opens scopes: what an executor's contexts offer.
    Context.Key<Opener> OPENER = Context.Key.of("task scope", "a runtime");

    /// A future that runs `body` with a new scope, and is ready when every child has ended.
    ///
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    static Future<@Nullable Void> run(AsyncConsumer<TaskScope> body) {
        return ScopeOptions.NONE.run(body);
    }

    /// As [#run(AsyncConsumer)], with a policy for failures of children.
    ///
    /// @param policy what a failure does to the others
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    static Future<@Nullable Void> run(Policy policy, AsyncConsumer<TaskScope> body) {
        return ScopeOptions.NONE.policy(policy).run(body);
    }

    /// A future that runs `body` with a new scope, and is ready with its value when every child has ended.
    ///
    /// @param <T> the type of the value
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    static <T extends @Nullable Object> Future<T> call(AsyncFunction<TaskScope, T> body) {
        return ScopeOptions.NONE.call(body);
    }

    /// As [#call(AsyncFunction)], with a policy for failures of children.
    ///
    /// @param <T> the type of the value
    /// @param policy what a failure does to the others
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    static <T extends @Nullable Object> Future<T> call(Policy policy, AsyncFunction<TaskScope, T> body) {
        return ScopeOptions.NONE.policy(policy).call(body);
    }

    /// A future that runs `body` with a new scope, and is ready when every child has ended, with what a policy makes of
    /// their ends.
    ///
    /// {@snippet class="TaskScopeExamples" region="firstSuccess"}
    ///
    /// @param <T> the type of the children's results
    /// @param <R> the type of the scope's result
    /// @param policy what the ends of children mean, an object for this scope alone
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    static <T extends @Nullable Object, R extends @Nullable Object> Future<R> join(
            JoinPolicy<T, R> policy, AsyncConsumer<Children<T>> body) {
        return ScopeOptions.NONE.join(policy, body);
    }

    /// What a scope can be opened with: a name, a policy, a deadline, a grace period.
    ///
    /// {@snippet class="TaskScopeExamples" region="options"}
    ///
    /// @return options with nothing set
    static ScopeOptions options() {
        return ScopeOptions.NONE;
    }

    /// What the failure of a child does to the others. A [JoinPolicy] says that and more.
    enum Policy {
        /// The first failure cancels body and children, and is thrown at the scope. The default.
        FAIL_FAST,

        /// The failure of a child cancels nobody. Whoever awaits the child gets it; when nobody does, it is reported. A
        /// failure of the body still ends the scope.
        SUPERVISE
    }

    /// Starts a child task. It is polled by the executor from now on, whoever awaits the handle or does not.
    ///
    /// @param <T> the type of the result
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    default <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future) {
        return spawn("", future);
    }

    /// Starts a child task of a block.
    ///
    /// @param <T> the type of the result
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    default <T extends @Nullable Object> JoinHandle<T> spawn(AsyncBlock<T> block) {
        return spawn("", block.start());
    }

    /// Starts a child task of a block without a value.
    ///
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    default JoinHandle<@Nullable Void> spawn(AsyncAction block) {
        return spawn("", block.start());
    }

    /// Starts a child task with a name, which errors and dumps show.
    ///
    /// @param <T> the type of the result
    /// @param name the name
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    <T extends @Nullable Object> JoinHandle<T> spawn(String name, Future<T> future);

    /// Starts a child in the background: one that does not hold the scope open. When the body and all other children
    /// have ended, it is cancelled, and the scope ends when it has cleaned up. Else it is a child like any other: its
    /// failure is the scope's.
    ///
    /// @param <T> the type of the result
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    default <T extends @Nullable Object> JoinHandle<T> spawnBackground(Future<T> future) {
        return spawnBackground("", future);
    }

    /// Starts a child of a block in the background.
    ///
    /// @param <T> the type of the result
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    default <T extends @Nullable Object> JoinHandle<T> spawnBackground(AsyncBlock<T> block) {
        return spawnBackground("", block.start());
    }

    /// Starts a child of a block without a value in the background.
    ///
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    default JoinHandle<@Nullable Void> spawnBackground(AsyncAction block) {
        return spawnBackground("", block.start());
    }

    /// Starts a child with a name in the background.
    ///
    /// @param <T> the type of the result
    /// @param name the name
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended
    <T extends @Nullable Object> JoinHandle<T> spawnBackground(String name, Future<T> future);

    /// Starts a local child: one that is polled by the thread that spawns it and by no other, its clean-up included. It
    /// may use what belongs to that thread. Whoever wakes it may be on any thread; the children that it spawns with
    /// [#spawn] are no local ones.
    ///
    /// Called inside a poll, on a thread of the runtime. A body that awaits may go on with another thread of the
    /// runtime than before; a local task does not.
    ///
    /// @param <T> the type of the result
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended, or the calling thread polls no tasks of the runtime
    default <T extends @Nullable Object> JoinHandle<T> spawnLocal(Future<T> future) {
        return spawnLocal("", future);
    }

    /// Starts a local child of a block; see [#spawnLocal(Future)].
    ///
    /// @param <T> the type of the result
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended, or the calling thread polls no tasks of the runtime
    default <T extends @Nullable Object> JoinHandle<T> spawnLocal(AsyncBlock<T> block) {
        return spawnLocal("", block.start());
    }

    /// Starts a local child of a block without a value; see [#spawnLocal(Future)].
    ///
    /// @param block what the child runs
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended, or the calling thread polls no tasks of the runtime
    default JoinHandle<@Nullable Void> spawnLocal(AsyncAction block) {
        return spawnLocal("", block.start());
    }

    /// Starts a local child with a name; see [#spawnLocal(Future)].
    ///
    /// @param <T> the type of the result
    /// @param name the name
    /// @param future what the child runs; must not have been polled
    /// @return its handle
    /// @throws IllegalStateException when the scope has ended, or the calling thread polls no tasks of the runtime
    <T extends @Nullable Object> JoinHandle<T> spawnLocal(String name, Future<T> future);

    /// Cancels the body and all children, and returns at once; the scope ends when all have cleaned up. Twice is once.
    ///
    /// @param reason who asks and why
    void cancel(String reason);

    /// Cancels the body and all children, with the reason `the scope was cancelled`.
    default void cancel() {
        cancel("the scope was cancelled");
    }

    /// Whether a cancel was asked for, by a caller, a failure, a deadline or what contains this scope.
    ///
    /// @return `true` from then on
    boolean isCancelled();

    /// What makes the future of a scope; found under [#OPENER].
    interface Opener {
        /// Opens a scope in the task of `cx`.
        ///
        /// @param <T> the type of the body's value
        /// @param options what the scope is opened with
        /// @param body makes the future of the body for the scope; it is called once, at once
        /// @param cx the context of the poll that opens the scope
        /// @return the future of body and children, not polled yet
        <T extends @Nullable Object> Future<T> open(
                ScopeOptions options, Function<TaskScope, Future<T>> body, Context cx);

        /// Opens a scope whose result is that of a policy, in the task of `cx`.
        ///
        /// @param <T> the type of the children's results
        /// @param <R> the type of the scope's result
        /// @param options what the scope is opened with
        /// @param policy what the ends of children mean
        /// @param body makes the future of the body for the scope, which spawns children with results of type `T` only;
        ///     it is called once, at once
        /// @param cx the context of the poll that opens the scope
        /// @return the future of body and children, not polled yet
        <T extends @Nullable Object, R extends @Nullable Object> Future<R> join(
                ScopeOptions options,
                JoinPolicy<T, R> policy,
                Function<TaskScope, ? extends Future<?>> body,
                Context cx);
    }
}
