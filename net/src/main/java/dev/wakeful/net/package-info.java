// SPDX-License-Identifier: Apache-2.0

/// Sockets, over whatever network the context offers: a real one or a simulated one. Knows no driver.
@NullMarked
package dev.wakeful.net;

import org.jspecify.annotations.NullMarked;
