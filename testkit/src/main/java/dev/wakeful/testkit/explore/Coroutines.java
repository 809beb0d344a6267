// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.System.Logger.Level;

/// Makes coroutines: on continuations of the JDK where those can be had, else on threads.
final class Coroutines {
    private static volatile boolean onThreads = !Continued.isThere();

    static {
        if (onThreads) {
            System.getLogger("dev.wakeful.testkit")
                    .log(
                            Level.WARNING,
                            "the explorer runs the threads of its models on threads of the system, which takes many"
                                + " times as long; give the JVM --add-exports java.base/jdk.internal.vm=ALL-UNNAMED");
        }
    }

    private Coroutines() {}

    static Coroutine of(Runnable body) {
        return onThreads ? new Lockstep(body) : new Continued(body);
    }

    /// Whether coroutines are threads.
    static boolean areThreads() {
        return onThreads;
    }

    /// Has coroutines be threads, or not. For tests, between explorations.
    static void useThreads(boolean use) {
        onThreads = use;
    }

    /// Suspends the coroutine that calls this.
    ///
    /// @return `false` when it cannot be, as inside a class initialiser, and goes on at once
    static boolean suspend() {
        return onThreads ? Lockstep.suspendThread() : Continued.suspendContinuation();
    }

    /// Whether the calling thread is one of a coroutine.
    static boolean isThreadOfOne() {
        return onThreads && Lockstep.isCarrier();
    }
}
