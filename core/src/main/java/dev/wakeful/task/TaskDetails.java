// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import dev.wakeful.LostWakerException;
import org.jspecify.annotations.Nullable;

/// What few tasks have; replaced as a whole.
///
/// @param name its name, or an empty string
/// @param reason why it was asked to end
/// @param lost that nothing can wake it
/// @param grace how long its clean-up may take
/// @param scopes the latest scope that it opened, which leads to the earlier ones
/// @param awaited told when somebody is given its failure
record TaskDetails(
        String name,
        @Nullable String reason,
        @Nullable LostWakerException lost,
        @Nullable GracePeriod grace,
        @Nullable Scope<?> scopes,
        @Nullable Runnable awaited) {
    static final TaskDetails NONE = named("");

    static TaskDetails named(String name) {
        return new TaskDetails(name, null, null, null, null, null);
    }

    /// With the reason of an abort; the first one stays.
    TaskDetails aborted(String why) {
        return reason == null ? new TaskDetails(name, why, lost, grace, scopes, awaited) : this;
    }

    TaskDetails withLost(LostWakerException failure) {
        return new TaskDetails(name, reason, failure, grace, scopes, awaited);
    }

    TaskDetails withGrace(GracePeriod begun) {
        return new TaskDetails(name, reason, lost, begun, scopes, awaited);
    }

    TaskDetails withScopes(Scope<?> latest) {
        return new TaskDetails(name, reason, lost, grace, latest, awaited);
    }

    TaskDetails withAwaited(Runnable told) {
        return new TaskDetails(name, reason, lost, grace, scopes, told);
    }
}
