// SPDX-License-Identifier: Apache-2.0

/// The hierarchical timer wheel: deadlines in ticks, no clock, no threads. For whoever drives one.
@NullMarked
package dev.wakeful.time.wheel;

import org.jspecify.annotations.NullMarked;
