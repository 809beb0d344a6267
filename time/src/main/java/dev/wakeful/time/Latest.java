// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.spi.Timer;
import org.jspecify.annotations.Nullable;

/// Reads the source at once and gives the latest value when its time has come: behind [Time#debounce] and
/// [Time#sample].
final class Latest<T> extends Paced<T> {
    private final long nanos;

    /// Whether each value puts the time off, or there is a beat.
    private final boolean putOff;

    private @Nullable Object latest;
    private long dueNanos;
    private long startNanos = -1;

    Latest(String label, Source<T> source, long nanos, boolean putOff) {
        super(label, source);
        this.nanos = nanos;
        this.putOff = putOff;
    }

    @Override
    @Nullable
    Object step(Context cx, Timer clock) {
        if (startNanos < 0) {
            startNanos = clock.nanos();
        }
        for (Object value = receive(cx); value != Future.PENDING; value = receive(cx)) {
            if (putOff) {
                dueNanos = Timer.after(clock.nanos(), nanos);
            } else if (latest == null) {
                dueNanos = nextBeat(clock.nanos());
            }
            latest = value;
        }
        if (latest != null && (ended || clock.nanos() >= dueNanos)) {
            Object given = latest;
            latest = null;
            return given;
        }
        if (ended) {
            return end();
        }
        if (latest != null) {
            arm(clock, dueNanos, cx);
        }
        return Future.PENDING;
    }

    private long nextBeat(long now) {
        return Timer.after(now - (now - startNanos) % nanos, nanos);
    }
}
