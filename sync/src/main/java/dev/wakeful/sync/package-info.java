// SPDX-License-Identifier: Apache-2.0

/// Locks and channels that are awaited: what tasks use to take turns and to hand values on.
///
/// Everything here works in any context, with or without a runtime: a leaf needs a waker and nothing else. It knows no
/// executor, no clock and starts no thread; the blocking spellings park the thread that calls them. Of a task it knows
/// what [TaskRef][dev.wakeful.TaskRef] says, so that a lock can name its owner and who waits.
///
/// All of it stands on [Gate][dev.wakeful.sync.Gate], one word and the waiters that it guards.
@NullMarked
package dev.wakeful.sync;

import org.jspecify.annotations.NullMarked;
