// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

/// The wakers that [Waker]'s factories give.
final class Wakers {
    static final Waker NOOP = new Noop();

    private Wakers() {}

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
