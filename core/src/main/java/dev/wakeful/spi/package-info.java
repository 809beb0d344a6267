// SPDX-License-Identifier: Apache-2.0

/// What a context can offer a future: timer, spawner, network, blocking work, randomness, observer.
///
/// Each interface carries its key. Whoever builds an executor or a simulation offers implementations; futures of the
/// middle floor use them and know no other way to their surroundings.
@NullMarked
package dev.wakeful.spi;

import org.jspecify.annotations.NullMarked;
