// SPDX-License-Identifier: Apache-2.0

/// The task cell and the scope, for those who build executors.
///
/// Knows how a future is polled, woken, cancelled and joined, but not on which thread nor in which order: that is the
/// [Executor][dev.wakeful.task.TaskExecutor]'s.
@NullMarked
package dev.wakeful.task;

import org.jspecify.annotations.NullMarked;
