// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// Who waits to do one thing on a simulated socket. A second task is refused, as by a real one.
final class OneWaiter {
    private final String what;
    private @Nullable Waker waker;
    private @Nullable TaskRef task;

    OneWaiter(String what) {
        this.what = what;
    }

    Waker register(Context cx, Object socket) {
        TaskRef now = cx.task();
        TaskRef before = task;
        if (waker != null && before != null && now != null && before != now) {
            throw new IllegalStateException(before + " is waiting already to " + what + " on " + socket + ", and " + now
                    + " tries to as well; one task reads and one task writes at a time");
        }
        Waker asked = cx.waker();
        waker = asked;
        task = now;
        return asked;
    }

    @Nullable
    Waker waiting() {
        return waker;
    }

    void forget() {
        waker = null;
        task = null;
    }

    void wake() {
        Waker woken = waker;
        forget();
        if (woken != null) {
            woken.wake();
        }
    }
}
