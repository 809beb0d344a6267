// SPDX-License-Identifier: Apache-2.0

/// Sequences of values, each of which is awaited. Knows the contract of futures and nothing of where values come from.
@NullMarked
package dev.wakeful.stream;

import org.jspecify.annotations.NullMarked;
