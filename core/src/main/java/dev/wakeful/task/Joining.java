// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.CancelledException;
import dev.wakeful.Futures.Outcome;
import dev.wakeful.JoinPolicy;
import dev.wakeful.internal.Values;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The ends of children on their way to the policy of their scope: any thread brings them, the scope's owner takes
/// them.
final class Joining<T extends @Nullable Object, R extends @Nullable Object> {
    private final JoinPolicy<T, R> policy;
    private final ConcurrentLinkedQueue<Task<?>> ends = new ConcurrentLinkedQueue<>();
    private boolean decided;

    Joining(JoinPolicy<T, R> policy) {
        this.policy = policy;
    }

    /// A child has ended.
    void add(Task<?> child) {
        ends.add(child);
    }

    /// Tells the policy of the children that have ended since the last call.
    ///
    /// @return whether it wants the rest cancelled
    boolean judge(Scope<R> scope) {
        for (Task<?> child = ends.poll(); child != null; child = ends.poll()) {
            boolean unseen = !child.wasAwaited();
            JoinPolicy.Next next = policy.ended(child, outcome(child));
            decided |= next == JoinPolicy.Next.CANCEL_REST;
            Throwable failure = child.failure();
            if (failure != null && !(failure instanceof CancelledException)) {
                scope.judged(child, failure, unseen && next == JoinPolicy.Next.REPORT);
            }
        }
        return decided;
    }

    private Outcome<T> outcome(Task<?> child) {
        try {
            return new Outcome.Value<>(Values.<T>of(child.result()));
        } catch (Throwable thrown) {
            return new Outcome.Failure<>(thrown);
        }
    }

    /// Whether the policy has had the rest cancelled.
    boolean isDecided() {
        return decided;
    }

    R result() throws Exception {
        return policy.result();
    }
}
