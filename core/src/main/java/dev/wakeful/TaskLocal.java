// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A value that belongs to a task, as a [ScopedValue] belongs to a thread: it is bound around each poll of what it was
/// given to, `pollCancel` included, wherever that poll takes place, and the tasks that are spawned inside inherit it.
///
/// {@snippet class="TaskLocalExamples" region="traceId"}
///
/// What reads the value needs to know nothing of tasks: it is an ordinary scoped value. Only what is bound here goes
/// along; a scoped value that a thread binds around a runtime is that thread's.
///
/// @param <T> the type of the value
public final class TaskLocal<T> {
    private final ScopedValue<T> value;
    private final boolean inherited;

    private TaskLocal(ScopedValue<T> value, boolean inherited) {
        this.value = value;
        this.inherited = inherited;
    }

    /// A task local that spawned tasks inherit.
    ///
    /// @param <T> the type of the value
    /// @param value what is bound
    /// @return the task local
    public static <T> TaskLocal<T> of(ScopedValue<T> value) {
        return new TaskLocal<>(Objects.requireNonNull(value, "value must not be null"), true);
    }

    /// As this one, but a task that is spawned where it is bound does not inherit it: for what must not cross, as a
    /// transaction that only its own task may commit.
    ///
    /// @return another task local of the same value
    public TaskLocal<T> notInherited() {
        return new TaskLocal<>(value, false);
    }

    /// A future in whose polls the value is bound.
    ///
    /// ### Cancel safety
    ///
    /// Inherited from `future`.
    ///
    /// @param <R> the type of the result
    /// @param to what the value is bound to
    /// @param future what is polled with it
    /// @return the future
    public <R extends @Nullable Object> Future<R> bind(T to, Future<R> future) {
        Objects.requireNonNull(future, "future must not be null");
        return LocalBindings.bind(value, Objects.requireNonNull(to, "value must not be null"), inherited, future);
    }

    /// A future of a block in whose polls the value is bound; as [#bind(Object, Future)].
    ///
    /// @param <R> the type of the result
    /// @param to what the value is bound to
    /// @param block what runs with it
    /// @return the future
    public <R extends @Nullable Object> Future<R> bind(T to, AsyncBlock<R> block) {
        return bind(to, block.start());
    }

    /// A future of a block without a value in whose polls the value is bound; as [#bind(Object, Future)].
    ///
    /// @param to what the value is bound to
    /// @param block what runs with it
    /// @return the future
    public Future<@Nullable Void> bind(T to, AsyncAction block) {
        return bind(to, block.start());
    }

    /// What a task that is spawned now has to run: `future`, with what it inherits from the poll that spawns it. For
    /// those who build executors; the task cell calls it.
    ///
    /// @param <R> the type of the result
    /// @param future what the task is to run
    /// @return the same future when there is nothing to inherit
    public static <R extends @Nullable Object> Future<R> inherit(Future<R> future) {
        return LocalBindings.inherit(Objects.requireNonNull(future, "future must not be null"));
    }

    /// What is bound in this poll.
    ///
    /// @return the value
    /// @throws java.util.NoSuchElementException when nothing is
    public T get() {
        return value.get();
    }

    /// Whether something is bound in this poll.
    ///
    /// @return `true` when [#get()] gives a value
    public boolean isBound() {
        return value.isBound();
    }
}
