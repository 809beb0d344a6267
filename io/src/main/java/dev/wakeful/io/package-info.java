// SPDX-License-Identifier: Apache-2.0

/// What can be read from and written to. Knows no sockets and no files: those implement it.
@NullMarked
package dev.wakeful.io;

import org.jspecify.annotations.NullMarked;
