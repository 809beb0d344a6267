// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.spi.Blocking;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Blocking work on a resource that bears only so much of it at a time, as a database with so many connections.
///
/// Blocking work has a virtual thread each and no pool that could be full; where there has to be a limit, it is one of
/// the resource. Work beyond the limit waits without a thread, in the order of its first polls.
///
/// ```java
/// var database = new BlockingLimit("orders", 10);
/// var rows = await(database.blocking(() -> statement.executeQuery()));
/// ```
public final class BlockingLimit {
    private final Semaphore permits;
    private final int limit;

    /// A limit.
    ///
    /// @param limit how many pieces of work may run at a time, from 1 on
    public BlockingLimit(int limit) {
        this("", limit);
    }

    /// A limit with a name, which dumps show.
    ///
    /// @param name the name of the resource
    /// @param limit how many pieces of work may run at a time, from 1 on
    public BlockingLimit(String name, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive, but was " + limit);
        }
        this.permits = new Semaphore(Objects.requireNonNull(name, "name must not be null"), limit);
        this.limit = limit;
    }

    /// A future of `work`, which runs when there is room for it.
    ///
    /// ### Cancel safety
    ///
    /// Work that waits loses its place. Work that runs is interrupted once, as with [Blocking#blocking]; its place is
    /// free when its thread has left it.
    ///
    /// @param <T> the type of the value
    /// @param work what blocks
    /// @return the future of its value, or of what it throws
    public <T extends @Nullable Object> Future<T> blocking(Callable<T> work) {
        return new Limited<>(Objects.requireNonNull(work, "work must not be null"));
    }

    /// How many pieces of work run or are about to.
    ///
    /// @return a number from 0 to the limit
    public int running() {
        return (int) (limit - permits.availablePermits());
    }

    @Override
    public String toString() {
        return "BlockingLimit[" + running() + " of " + limit + "]";
    }

    private final class Limited<T extends @Nullable Object> extends CheckedFuture<T> {
        private final Callable<T> work;
        private @Nullable Future<Semaphore.Permit> entry;
        private Semaphore.@Nullable Permit permit;
        private @Nullable Future<T> running;

        Limited(Callable<T> work) {
            this.work = work;
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            Future<T> call = running;
            if (call == null) {
                call = admitted(cx);
            }
            if (call == null) {
                return PENDING;
            }
            boolean pending = false;
            try {
                Object value = call.pollRaw(cx);
                pending = value == PENDING;
                return value;
            } finally {
                if (!pending) {
                    free();
                }
            }
        }

        /// The work, once there is room for it.
        private @Nullable Future<T> admitted(Context cx) throws Exception {
            Future<Semaphore.Permit> waiting = entry;
            if (waiting == null) {
                waiting = permits.acquire();
                entry = waiting;
            }
            Object given = waiting.pollRaw(cx);
            if (given == PENDING) {
                return null;
            }
            permit = (Semaphore.Permit) given;
            Future<T> call = Blocking.blocking(work);
            running = call;
            return call;
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            if (running == null) {
                return entry == null || entry.pollCancel(cx).isReady();
            }
            boolean pending = false;
            try {
                pending = !running.pollCancel(cx).isReady();
                return !pending;
            } finally {
                if (!pending) {
                    free();
                }
            }
        }

        private void free() {
            Semaphore.Permit held = permit;
            permit = null;
            if (held != null) {
                held.close();
            }
        }

        @Override
        public void describe(Description to) {
            Future<T> call = running;
            Future<Semaphore.Permit> waiting = entry;
            to.label("limited blocking work");
            if (call != null) {
                to.child(call);
            } else if (waiting != null) {
                to.child(waiting);
            }
        }
    }
}
