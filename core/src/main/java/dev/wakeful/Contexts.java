// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The contexts that [Context]'s methods give.
final class Contexts {
    private Contexts() {}

    record Bare(Waker waker) implements Context {
        @Override
        public <V> @Nullable V find(Key<V> key) {
            return null;
        }

        @Override
        public String toString() {
            return "Context.of(waker)";
        }
    }

    abstract static class Derived implements Context {
        final Context outer;

        Derived(Context outer) {
            this.outer = outer;
        }

        @Override
        public Waker waker() {
            return outer.waker();
        }

        @Override
        public <V> @Nullable V find(Key<V> key) {
            return outer.find(key);
        }

        @Override
        public boolean hasBudget() {
            return outer.hasBudget();
        }

        @Override
        public void spendBudget() {
            outer.spendBudget();
        }

        @Override
        public void defer(Waker waker) {
            outer.defer(waker);
        }

        @Override
        public @Nullable TaskRef task() {
            return outer.task();
        }

        @Override
        public String toString() {
            return outer.toString();
        }
    }

    static final class Keyed<K> extends Derived {
        private final Key<K> key;
        private final K value;

        Keyed(Context outer, Key<K> key, K value) {
            super(outer);
            this.key = key;
            this.value = value;
        }

        @Override
        @SuppressWarnings("unchecked") // keys are compared by identity, so V is K
        public <V> @Nullable V find(Key<V> key) {
            return key == this.key ? (V) value : outer.find(key);
        }
    }

    static final class Woken extends Derived {
        private final Waker waker;

        Woken(Context outer, Waker waker) {
            super(outer);
            this.waker = waker;
        }

        @Override
        public Waker waker() {
            outer.waker(); // the child arranges its wake with ours, and so the owner's is asked for as well
            return waker;
        }

        @Override
        public boolean hasBudget() {
            if (outer.hasBudget()) {
                return true;
            }
            waker.wake(); // whoever tells its children apart by their wakers must poll this one again
            return false;
        }
    }

    /// The context of children that are told apart by their wakers, one after the other: it also tells whether the one
    /// that was just polled asked for its waker.
    static class Asking extends Derived {
        private @Nullable Waker waker;
        private boolean asked;

        Asking(Context outer) {
            super(outer);
        }

        /// Prepares the poll of the child that `waker` wakes.
        Asking forChild(Waker waker) {
            this.waker = waker;
            asked = false;
            return this;
        }

        boolean wasAsked() {
            return asked;
        }

        @Override
        public Waker waker() {
            asked = true;
            return Objects.requireNonNull(waker);
        }

        @Override
        public boolean hasBudget() {
            if (outer.hasBudget()) {
                return true;
            }
            waker().wake();
            return false;
        }
    }
}
