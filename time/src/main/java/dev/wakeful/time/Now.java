// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.spi.Timer;
import java.time.Instant;

/// Asks for the time.
final class Now extends CheckedFuture<Instant> {
    @Override
    protected Instant advance(Context cx) {
        Timer timer = cx.get(Timer.KEY);
        return Durations.instantOf(timer.nanos(), timer);
    }
}
