// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

/// A future that wants to know when its task ends without having polled it: it holds something from the beginning.
public interface Discardable {
    /// The task was cancelled before its first poll. Called once, at most.
    void discard();
}
