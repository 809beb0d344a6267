// SPDX-License-Identifier: Apache-2.0

/// The async compiler: turns the lambdas that await into state machines, class file by class file, and its doors.
///
/// Knows the JDK alone and refers to the run-time classes by name, so its jar does on a processor path by itself.
@NullMarked
package dev.wakeful.compiler;

import org.jspecify.annotations.NullMarked;
