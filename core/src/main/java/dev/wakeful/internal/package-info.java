// SPDX-License-Identifier: Apache-2.0

/// Small tools that our own modules share. No part of the API: exported to them alone.
///
/// Knows only the JDK, not even the contract.
@NullMarked
package dev.wakeful.internal;

import org.jspecify.annotations.NullMarked;
