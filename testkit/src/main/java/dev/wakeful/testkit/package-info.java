// SPDX-License-Identifier: Apache-2.0

/// The test kit: polls by hand with a waker that counts, user's own code on virtual time under a seeded scheduler,
/// contract checks for futures that others write, and the JUnit extension.
///
/// Knows the contract and what a context can offer. It simulates the runtime and does not know it, starts no thread and
/// reads no clock.
@NullMarked
package dev.wakeful.testkit;

import org.jspecify.annotations.NullMarked;
