// SPDX-License-Identifier: Apache-2.0

/// Executors that own threads, the clock and the drivers. Nothing below knows them: futures find what is offered here
/// in the context they are polled with.
@NullMarked
package dev.wakeful.runtime;

import org.jspecify.annotations.NullMarked;
