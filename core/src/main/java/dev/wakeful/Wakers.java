// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Foreign;

/// The wakers that [Waker]'s factories give.
final class Wakers {
    static final Waker NOOP = new Noop();

    private Wakers() {}

    /// Wakes one of several. A foreign waker that throws, which it must not, keeps the others from nothing. The end of
    /// the stack is thrown: nothing was done then, and who wakes all of them does so again from where there is room.
    static void wake(Waker waker) {
        try {
            waker.wake();
        } catch (StackOverflowError end) {
            throw end;
        } catch (Throwable thrown) {
            Foreign.threw(thrown);
        }
    }

    private static final class Noop implements Waker {
        @Override
        public void wake() {}

        @Override
        public String toString() {
            return "Waker[noop]";
        }
    }

    record Running(Runnable action) implements Waker {
        @Override
        public void wake() {
            action.run();
        }

        @Override
        public boolean willWake(Waker other) {
            return other instanceof Running running && running.action == action;
        }
    }
}
