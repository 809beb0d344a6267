// SPDX-License-Identifier: Apache-2.0

/// The operations that are measured with JMH: one class for each workload, one method for each contestant, with the
/// same work in each. Each method does a batch on one thread of its own and gives something that depends on all of it.
@NullMarked
package dev.wakeful.benchmarks.operations;

import org.jspecify.annotations.NullMarked;
