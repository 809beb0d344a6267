// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.Futures.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the ends of children mean for their scope, and what the scope gives in the end. An object is for one scope.
///
/// {@snippet class="TaskScopeExamples" region="firstSuccess"}
///
/// A policy of one's own says of each end whether the scope [goes on][Next], and makes the result of what it has seen:
///
/// {@snippet class="TaskScopeExamples" region="policy"}
///
/// Its methods are called by the task of the scope, in its polls: one at a time, in the order in which the children
/// ended, and [#result()] last. So they need no guard, must not block, and may keep what they see in plain fields. What
/// one of them throws is a failure of the scope, which cancels the rest.
///
/// @param <T> the type of the children's results
/// @param <R> the type of the scope's result
public interface JoinPolicy<T extends @Nullable Object, R extends @Nullable Object> {
    /// A child has ended. Called for each child, also for those that end after the rest was cancelled.
    ///
    /// @param child the child
    /// @param outcome its value or its failure; [CancelledException] when it was cancelled, which is no failure of its
    ///     own
    /// @return what to do; whoever was cancelled stays cancelled
    Next ended(TaskRef child, Outcome<T> outcome);

    /// What the scope gives. Called once, when body and children have ended: unless the body failed, a deadline passed,
    /// or somebody cancelled the scope before the policy did.
    ///
    /// @return the result
    /// @throws Exception the failure of the scope
    R result() throws Exception;

    /// What follows from the end of a child.
    enum Next {
        /// The others run on.
        GO_ON,

        /// Body and children that have not ended are cancelled; when they have cleaned up, there is a result.
        CANCEL_REST,

        /// The others run on, and the failure of this child is reported unless somebody awaits the child, because the
        /// result will not speak of it.
        REPORT
    }

    /// The first value cancels the rest. Only if no child has one, the scope fails: with the first failure, the others
    /// suppressed on it in the order of their arrival. Failures before the first value are of no interest; one of
    /// clean-up after it is reported.
    ///
    /// @param <T> the type of the results
    /// @return a policy for one scope
    static <T extends @Nullable Object> JoinPolicy<T, T> firstSuccess() {
        return new JoinPolicies.FirstSuccess<>();
    }

    /// All values, in the order in which the children were spawned. The first failure cancels the rest and is thrown at
    /// the scope, the others suppressed on it. A child that was cancelled is no failure and has no place in the list.
    ///
    /// @param <T> the type of the results
    /// @return a policy for one scope
    static <T extends @Nullable Object> JoinPolicy<T, List<T>> allSuccessful() {
        return new JoinPolicies.AllSuccessful<>();
    }

    /// The outcomes of all children, in the order in which they were spawned. No failure cancels anybody.
    ///
    /// @param <T> the type of the results
    /// @return a policy for one scope
    static <T extends @Nullable Object> JoinPolicy<T, List<Outcome<T>>> allEnds() {
        return new JoinPolicies.AllEnds<>();
    }
}
