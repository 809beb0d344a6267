// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.Context;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The pause of an accept that found no descriptor, buffer or memory left: a tenth of a second, since the connection
/// stays in the backlog and a selector would report it again at once.
final class Backoff {
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long LOG_NANOS = 1_000_000_000;

    private long overNanos;
    private long nextLogNanos;
    private Timer.@Nullable Alarm alarm;

    /// Whether an accept failed for want of something that others may give back.
    static boolean isExhaustion(IOException failure) {
        String message = failure.getMessage();
        if (message == null) {
            return false;
        }
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("too many open files")
                || text.contains("no buffer space")
                || text.contains("cannot allocate memory");
    }

    void begin(Context cx, TcpListener listener, IOException failure) {
        Timer timer = cx.get(Timer.KEY);
        long now = timer.nanos();
        overNanos = Timer.after(now, PAUSE_NANOS);
        isOver(cx);
        if (now >= nextLogNanos) {
            nextLogNanos = Timer.after(now, LOG_NANOS);
            warn(listener + " cannot accept for now: " + failure.getMessage());
        }
    }

    private static void warn(String words) {
        try {
            System.getLogger("dev.wakeful.net").log(System.Logger.Level.WARNING, words);
        } catch (RuntimeException | Error _) {
            // the JDK's logger opens files at its first use, and there is no descriptor left; accepting goes on all the
            // same
        }
    }

    /// Whether the pause is over; when not, the waker will be woken.
    boolean isOver(Context cx) {
        Timer timer = cx.get(Timer.KEY);
        if (timer.nanos() >= overNanos) {
            return true;
        }
        if (alarm == null) {
            alarm = timer.alarm();
        }
        alarm.arm(overNanos, cx.waker());
        return false;
    }

    void end() {
        if (alarm != null) {
            alarm.disarm();
        }
    }
}
