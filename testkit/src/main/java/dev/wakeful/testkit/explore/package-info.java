// SPDX-License-Identifier: Apache-2.0

/// The explorer: small concurrent programs run in every order of their accesses to shared memory.
///
/// The class files under test are instrumented when they are loaded, so that what is explored is what is shipped. Each
/// access to a volatile field, through a `VarHandle` or an atomic, each park, unpark and monitor is a step; the threads
/// of a model are continuations on one carrier, and a depth-first search runs them in every order that differs.
///
/// Exploration is sequentially consistent. That is sound for programs whose plain accesses do not race; accesses below
/// full strength are explored as if they were full.
@NullMarked
package dev.wakeful.testkit.explore;

import org.jspecify.annotations.NullMarked;
