// SPDX-License-Identifier: Apache-2.0

/// Sleep, timeout, interval, delay queue and sources that are paced. They know the time only from the context they are
/// polled with.
@NullMarked
package dev.wakeful.time;

import org.jspecify.annotations.NullMarked;
