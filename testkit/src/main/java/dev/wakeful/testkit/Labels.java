// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Future;
import dev.wakeful.task.Trace;

/// What futures call themselves.
final class Labels {
    private Labels() {}

    static String of(Future<?> future) {
        return Trace.of(future).label();
    }
}
