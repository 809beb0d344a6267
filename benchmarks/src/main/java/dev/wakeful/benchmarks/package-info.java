// SPDX-License-Identifier: Apache-2.0

/// What a user would pick instead of Wakeful, on the same work, in one interleaved run, as ratios. This package holds
/// the command, the plan of a run and what is written about it; it does not know how the work is done.
@NullMarked
package dev.wakeful.benchmarks;

import org.jspecify.annotations.NullMarked;
