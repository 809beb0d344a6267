// SPDX-License-Identifier: Apache-2.0

/// Time to await: sleep, timeout, interval, delay queue, and the wheel that timers are built on.
module dev.wakeful.time {
    requires transitive dev.wakeful.core;

    exports dev.wakeful.time;
    exports dev.wakeful.time.wheel to
            dev.wakeful.runtime;
}
