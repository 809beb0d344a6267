// SPDX-License-Identifier: Apache-2.0

/// Stress tests of what the runtime's threads share; in its package, since none of that is public.
@NullMarked
package dev.wakeful.runtime;

import org.jspecify.annotations.NullMarked;
