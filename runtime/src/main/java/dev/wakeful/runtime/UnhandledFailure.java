// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

/// What a runtime does when a task fails and nobody awaits it: a detached task, or a child of a scope that supervises.
public enum UnhandledFailure {
    /// Tells the handler of the runtime, by default the log. The default.
    REPORT,

    /// Tells the handler, and cancels all tasks of the runtime: those who are blocked for one get
    /// [dev.wakeful.CancelledException] with the failure in its reason. New tasks are refused.
    SHUT_DOWN,

    /// Does nothing.
    IGNORE
}
