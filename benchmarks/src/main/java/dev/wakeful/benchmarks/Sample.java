// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import java.util.Map;

/// What one contestant did in one round.
///
/// @param min the least, per unit of work
/// @param median the median, per unit of work
/// @param extras further figures by name, as `cpu ns`
public record Sample(double min, double median, Map<String, Double> extras) {}
