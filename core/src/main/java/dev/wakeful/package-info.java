// SPDX-License-Identifier: Apache-2.0

/// The contract: what a future, a waker, a context, a task's handle and a scope are, and the combinators over them.
///
/// Knows nothing of threads, clocks, sockets or executors; what a future needs from its surroundings it asks of the
/// [Context][dev.wakeful.Context] it is polled with.
@NullMarked
package dev.wakeful;

import org.jspecify.annotations.NullMarked;
