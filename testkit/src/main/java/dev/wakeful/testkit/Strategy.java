// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

/// How a [TestRuntime] picks the next task among those that are ready.
public enum Strategy {
    /// In the order in which they became ready. Needs no randomness, so every seed gives the same order.
    ROUND_ROBIN,

    /// Each ready task with the same probability.
    RANDOM,

    /// The one with the highest of random priorities, a few of which drop on the way: PCT (Burckhardt et al., ASPLOS
    /// 2010). Finds what needs one task to be far ahead of the others.
    PRIORITY,

    /// The one that became ready last, so that the others are polled as late as the bound on lag allows.
    WORST_LAG
}
