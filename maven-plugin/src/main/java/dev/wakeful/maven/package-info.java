// SPDX-License-Identifier: Apache-2.0

/// The goals of the Maven plugin. Knows the async compiler as a command only, which it runs in a JVM of its own.
@NullMarked
package dev.wakeful.maven;

import org.jspecify.annotations.NullMarked;
