// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

/// The home of a local task.
///
/// @param scope the scope it is a child of
/// @param executor polls it, on one thread
record Confined(Scope<?> scope, TaskExecutor executor) {}
