// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a scope is opened with, beside its body: `TaskScope.options().timeout(ofSeconds(2)).call(scope -> ...)`.
///
/// @param name the name of the scope for errors and dumps, or an empty string
/// @param policy what a failure of a child does to the others
/// @param timeout how long the scope may take, from its first poll, or `null`
/// @param deadline until when the scope must have ended, or `null`
/// @param grace how long clean-up may take from a cancel on, or `null` for what holds around the scope
public record ScopeOptions(
        String name,
        TaskScope.Policy policy,
        @Nullable Duration timeout,
        @Nullable Instant deadline,
        @Nullable Duration grace) {
    static final ScopeOptions NONE = new ScopeOptions("", TaskScope.Policy.FAIL_FAST, null, null, null);

    /// Checks the values.
    public ScopeOptions {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(policy, "policy must not be null");
        requireNotNegative("timeout", timeout);
        requireNotNegative("grace", grace);
    }

    private static void requireNotNegative(String what, @Nullable Duration duration) {
        if (duration != null && duration.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative, but was " + duration);
        }
    }

    /// With a name, which errors and dumps show.
    ///
    /// @param name the name
    /// @return other options
    public ScopeOptions name(String name) {
        return new ScopeOptions(name, policy, timeout, deadline, grace);
    }

    /// With a policy for failures of children.
    ///
    /// @param policy what a failure does to the others
    /// @return other options
    public ScopeOptions policy(TaskScope.Policy policy) {
        return new ScopeOptions(name, policy, timeout, deadline, grace);
    }

    /// With a limit of time. When it is over before body and children have ended, all are cancelled, and when they have
    /// cleaned up the scope fails with [TimeoutException]. What runs inside can read the earliest deadline it is nested
    /// in under `Deadline.KEY`.
    ///
    /// @param timeout how long, from the first poll of the scope on
    /// @return other options
    public ScopeOptions timeout(Duration timeout) {
        return new ScopeOptions(
                name, policy, Objects.requireNonNull(timeout, "timeout must not be null"), deadline, grace);
    }

    /// With a deadline, as [#timeout(Duration)]. Of both, the earlier counts.
    ///
    /// @param deadline until when, in the time of the runtime's timer
    /// @return other options
    public ScopeOptions deadline(Instant deadline) {
        return new ScopeOptions(
                name, policy, timeout, Objects.requireNonNull(deadline, "deadline must not be null"), grace);
    }

    /// With a grace period of its own: how long the clean-up of all that is in the scope may take from a cancel on.
    /// Then each await in it is unwound at once. Without one, the period of the enclosing scope counts, and around all
    /// scopes that of the runtime. A period around it that ends earlier counts too.
    ///
    /// @param grace how long
    /// @return other options
    public ScopeOptions grace(Duration grace) {
        return new ScopeOptions(
                name, policy, timeout, deadline, Objects.requireNonNull(grace, "grace must not be null"));
    }

    /// A scope with these options; as [TaskScope#run(AsyncConsumer)].
    ///
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    public Future<@Nullable Void> run(AsyncConsumer<TaskScope> body) {
        return ScopeFuture.of(this, Objects.requireNonNull(body, "body must not be null")::start);
    }

    /// A scope with these options; as [TaskScope#call(AsyncFunction)].
    ///
    /// @param <T> the type of the value
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    public <T extends @Nullable Object> Future<T> call(AsyncFunction<TaskScope, T> body) {
        return ScopeFuture.of(this, Objects.requireNonNull(body, "body must not be null")::start);
    }

    /// A scope with these options, whose result is the policy's; as [TaskScope#join]. The policy takes the place of
    /// [#policy()].
    ///
    /// @param <T> the type of the children's results
    /// @param <R> the type of the scope's result
    /// @param policy what the ends of children mean, an object for this scope alone
    /// @param body the body, an async block
    /// @return the future; it can be polled by a task only, since children need an executor
    public <T extends @Nullable Object, R extends @Nullable Object> Future<R> join(
            JoinPolicy<T, R> policy, AsyncConsumer<Children<T>> body) {
        Objects.requireNonNull(policy, "policy must not be null");
        Objects.requireNonNull(body, "body must not be null");
        return new ScopeFuture<>(
                (opener, cx) -> opener.join(this, policy, scope -> body.start(new Children<>(scope)), cx));
    }
}
