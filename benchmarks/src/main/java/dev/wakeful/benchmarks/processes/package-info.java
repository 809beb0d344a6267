// SPDX-License-Identifier: Apache-2.0

/// What is measured as whole processes: servers under one load generator, memory of parked tasks, and start-up.
@NullMarked
package dev.wakeful.benchmarks.processes;

import org.jspecify.annotations.NullMarked;
