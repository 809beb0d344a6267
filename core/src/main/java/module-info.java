// SPDX-License-Identifier: Apache-2.0

/// The contract of Wakeful: futures, wakers, contexts, tasks and scopes. Knows only the JDK.
module dev.wakeful.core {
    requires static transitive org.jspecify;

    exports dev.wakeful;
    exports dev.wakeful.internal to
            dev.wakeful.runtime,
            dev.wakeful.sync,
            dev.wakeful.testkit,
            dev.wakeful.time;
    exports dev.wakeful.machine;
    exports dev.wakeful.spi;
    exports dev.wakeful.stream;
    exports dev.wakeful.task;
}
