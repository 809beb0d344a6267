// SPDX-License-Identifier: Apache-2.0

/// The `wakeful` command: runs a Java file whose blocks await, and the further commands that other modules offer as a
/// [Command][dev.wakeful.cli.Command].
///
/// Knows javac and the class path that the launcher script gives it; of the async compiler only that it is an
/// annotation processor there.
@NullMarked
package dev.wakeful.cli;

import org.jspecify.annotations.NullMarked;
