// SPDX-License-Identifier: Apache-2.0

/// The runtime: threads, the clock, and the drivers.
module dev.wakeful.runtime {
    requires transitive dev.wakeful.core;
    requires transitive dev.wakeful.time;
    requires transitive dev.wakeful.net;
    requires static java.management; // beans of the runtimes, and how much processor time a poll took
    requires static jdk.jfr;

    exports dev.wakeful.runtime;
}
