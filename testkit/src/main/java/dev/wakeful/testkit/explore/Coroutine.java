// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

/// A run of code that can be suspended in the middle and resumed; [Coroutines] makes it.
interface Coroutine {
    /// Runs until the next [Coroutines#suspend()], or to the end.
    void resume();

    /// Gives up a coroutine that has not ended: nothing of it runs any more but its `finally` blocks, if that.
    void abandon();
}
