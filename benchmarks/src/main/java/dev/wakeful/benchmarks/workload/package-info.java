// SPDX-License-Identifier: Apache-2.0

/// What a workload is; knows neither the workloads nor the command that runs them.
@NullMarked
package dev.wakeful.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
