// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import java.util.List;
import java.util.Map;

/// What came out of one workload.
///
/// @param name the workload
/// @param summary what was done
/// @param unit the unit of the figures
/// @param rows a line for each contestant, ours first
/// @param skipped who was left out, and why
record Report(String name, String summary, String unit, List<Row> rows, Map<String, String> skipped) {}
