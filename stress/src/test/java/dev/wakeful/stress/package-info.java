// SPDX-License-Identifier: Apache-2.0

/// jcstress tests of the shared state of the core: two or three threads meet millions of times, and each result that
/// they can leave behind is allowed or forbidden by name.
@NullMarked
package dev.wakeful.stress;

import org.jspecify.annotations.NullMarked;
