// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the tasks of the conformance suites do, written by hand, since this module is not compiled with the async
/// compiler.
final class Scripts {
    private Scripts() {}

    /// Waits for a guard, holds it over a yield, and closes it, also when it is cancelled meanwhile.
    static Future<@Nullable Void> holding(
            Supplier<? extends Future<? extends AutoCloseable>> lock, Runnable enter, Runnable leave) {
        return new Holding(lock.get(), enter, leave);
    }

    private static final class Holding extends CheckedFuture<@Nullable Void> {
        private final Future<? extends AutoCloseable> lock;
        private final Runnable enter;
        private final Runnable leave;
        private @Nullable AutoCloseable guard;

        Holding(Future<? extends AutoCloseable> lock, Runnable enter, Runnable leave) {
            this.lock = lock;
            this.enter = enter;
            this.leave = leave;
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            if (guard != null) {
                letGo(guard);
                return null;
            }
            Object taken = lock.pollRaw(cx);
            if (taken != PENDING) {
                guard = (AutoCloseable) taken;
                enter.run();
                cx.defer(cx.waker());
            }
            return PENDING;
        }

        private void letGo(AutoCloseable held) throws Exception {
            guard = null;
            leave.run();
            held.close();
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            if (guard != null) {
                letGo(guard);
                return true;
            }
            return lock.pollCancel(cx).isReady();
        }
    }

    /// Awaits the futures of `each` for 0, 1, ... up to `count`, one after the other.
    static Future<@Nullable Void> eachOf(int count, java.util.function.IntFunction<? extends Future<?>> each) {
        return new CheckedFuture<>() {
            private int at;
            private @Nullable Future<?> current;

            @Override
            protected @Nullable Object advance(Context cx) throws Exception {
                while (at < count) {
                    Future<?> awaited = current == null ? each.apply(at) : current;
                    current = awaited;
                    if (awaited.pollRaw(cx) == PENDING) {
                        return PENDING;
                    }
                    current = null;
                    at++;
                }
                return null;
            }

            @Override
            protected boolean release(Context cx) throws Exception {
                return current == null || current.pollCancel(cx).isReady();
            }
        };
    }
}
