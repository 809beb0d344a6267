// SPDX-License-Identifier: Apache-2.0

/// What Wakeful and its users test with: polls by hand, virtual time, seeded schedules and replay, contract checks.
/// Knows core, io and JUnit's API, and no runtime.
module dev.wakeful.testkit {
    requires transitive dev.wakeful.core;
    requires transitive dev.wakeful.io;
    requires transitive org.junit.jupiter.api;
    requires jdk.management;
    requires org.junit.platform.commons;
    requires static transitive org.jspecify;

    exports dev.wakeful.testkit;
    exports dev.wakeful.testkit.explore;
}
