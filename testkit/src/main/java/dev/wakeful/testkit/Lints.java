// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

/// What a report of the run does to the test.
public enum Lints {
    /// The test fails at its end with all reports.
    FAIL,

    /// Reports are kept for [TestRuntime#reports()], and that is all.
    KEEP
}
