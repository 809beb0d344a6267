// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A lock with a queue, and the mistakes that one can make in it.
final class SimpleLock {
    enum Mistake {
        LIFO("FIFO"),
        NOT_EXCLUSIVE("EXCLUSIVE"),
        EAGER("LAZY"),
        REQUEUES("SPURIOUS"),
        STAYS_QUEUED("CANCEL_WAITING"),
        KEEPS_THE_GRANT("CANCEL_GRANTED"),
        RELEASES_TWICE("CLOSE_TWICE");

        final String rule;

        Mistake(String rule) {
            this.rule = rule;
        }
    }

    private final @Nullable Mistake mistake;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private boolean held;

    SimpleLock(@Nullable Mistake mistake) {
        this.mistake = mistake;
    }

    Future<AutoCloseable> lock() {
        var waiting = new Waiting();
        if (mistake == Mistake.EAGER) {
            waiting.tryTake();
        }
        return waiting;
    }

    private void release() {
        Waiting next = mistake == Mistake.LIFO ? queue.pollLast() : queue.pollFirst();
        if (next == null) {
            held = false;
        } else {
            next.granted = true;
            next.waker.wake();
        }
    }

    private final class Waiting extends CheckedFuture<AutoCloseable> {
        private Waker waker = Waker.noop();
        private boolean granted;

        private void tryTake() {
            if (!granted && (!held || mistake == Mistake.NOT_EXCLUSIVE) && queue.isEmpty()) {
                held = true;
                granted = true;
            }
        }

        @Override
        protected Object advance(Context cx) {
            tryTake();
            if (granted) {
                return guard();
            }
            waker = cx.waker();
            if (mistake == Mistake.REQUEUES) {
                queue.remove(this);
            }
            if (!queue.contains(this)) {
                queue.add(this);
            }
            return PENDING;
        }

        private AutoCloseable guard() {
            var closed = new boolean[1];
            return () -> {
                if (!closed[0] || mistake == Mistake.RELEASES_TWICE) {
                    closed[0] = true;
                    SimpleLock.this.release();
                }
            };
        }

        @Override
        protected boolean release(Context cx) {
            if (granted) {
                if (mistake != Mistake.KEEPS_THE_GRANT) {
                    SimpleLock.this.release();
                }
            } else if (mistake != Mistake.STAYS_QUEUED) {
                queue.remove(this);
            }
            return true;
        }

        @Override
        public void describe(dev.wakeful.Description to) {
            to.label("lock");
            to.waitsFor("the lock", null);
        }
    }
}
