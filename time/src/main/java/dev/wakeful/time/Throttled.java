// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.spi.Timer;
import org.jspecify.annotations.Nullable;

/// Gives every value, and lets a time pass after each before it asks for the next: behind [Time#throttle].
final class Throttled<T> extends Paced<T> {
    private final long nanos;
    private long notBefore;

    Throttled(String label, Source<T> source, long nanos) {
        super(label, source);
        this.nanos = nanos;
    }

    @Override
    @Nullable
    Object step(Context cx, Timer clock) {
        if (clock.nanos() < notBefore) {
            arm(clock, notBefore, cx);
            return Future.PENDING;
        }
        Object value = receive(cx);
        if (ended) {
            return end();
        }
        if (value != Future.PENDING) {
            notBefore = Timer.after(clock.nanos(), nanos);
        }
        return value;
    }
}
