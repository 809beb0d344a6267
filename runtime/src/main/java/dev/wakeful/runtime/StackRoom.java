// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

/*
 * A wake may be called where the stack of its thread ends, so each call in it may throw. Three things keep that from harming
 * others:
 *
 *   - What is small is in an order in which nothing is half done between two calls, and what must be taken back is taken back
 *     by mere writes, since there may be no room for a call.
 *   - What is rare or long makes sure of its room before it begins.
 *   - Where a task is queued, and telling others of it fails, `broken` says so. The watch looks at it, as at the tasks that are
 *     astray (Task), while somebody is awake every few milliseconds and once a second else, and has every thread look for work.
 */

/// How much room is left on the stack of the calling thread.
final class StackRoom {
    private static final int SOME_FRAMES = 16;
    private static final int MANY_FRAMES = 96;

    /// Somebody could not be told that there is work.
    static volatile boolean broken;

    /// Named here, so that the JVM knows it where it is caught: to look it up takes room that there is not then.
    private static final Class<?> END_OF_STACK = StackOverflowError.class;

    private StackRoom() {}

    /// Throws [StackOverflowError] unless there is room for an operation on a shared queue or counter.
    static void forAStep() {
        down(SOME_FRAMES, 1, 2, 3, 4, 5, 6);
    }

    /// Throws [StackOverflowError] unless there is room for polling tasks that need little of it.
    static void forALoop() {
        down(MANY_FRAMES, 1, 2, 3, 4, 5, 6);
    }

    /// Takes a frame with all its arguments for each step, since they are needed afterwards.
    private static long down(int frames, long a, long b, long c, long d, long e, long f) {
        return frames == 0 ? a : down(frames - 1, b, c, d, e, f, a) + (b ^ d ^ f);
    }

    /// Whether somebody could not be told; asked once, it is `false` until the next time.
    static boolean wasBroken() {
        boolean was = broken;
        if (was) {
            broken = false; // nobody is missed: the look comes after this
        }
        return was;
    }
}
