// SPDX-License-Identifier: Apache-2.0

/// What programs of the corpus see: the same names whether they are compiled or run by a thread that blocks.
@NullMarked
package dev.wakeful.compiler.corpus;

import org.jspecify.annotations.NullMarked;
