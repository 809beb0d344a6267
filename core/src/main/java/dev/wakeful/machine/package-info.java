// SPDX-License-Identifier: Apache-2.0

/// What compiled async blocks extend and call.
///
/// Public because generated code lives in the users' packages; not meant to be used by hand. Class files compiled by
/// one version keep running on every later one of the same major version.
@NullMarked
package dev.wakeful.machine;

import org.jspecify.annotations.NullMarked;
