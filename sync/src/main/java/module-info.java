// SPDX-License-Identifier: Apache-2.0

/// Locks and channels that are awaited. Knows the contract and nothing of executors, threads or clocks.
module dev.wakeful.sync {
    requires static transitive org.jspecify;
    requires transitive dev.wakeful.core;

    exports dev.wakeful.sync;
}
