// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A quick look at what operations cost, on one thread and without a runtime: the least and the median of some rounds,
/// in nanoseconds. For orientation while working here; what counts is measured in the module of the benchmarks.
public final class Timings {
    private static final int ROUNDS = 15;
    private static final int OPERATIONS = 2_000_000;

    private Timings() {}

    private interface Operation {
        void run(int times) throws Exception;
    }

    /// The command.
    ///
    /// @param args none
    public static void main(String[] args) throws Exception {
        Context cx = Context.of(Waker.noop());
        var mutex = new Mutex();
        measure("mutex, uncontended", times -> {
            for (int i = 0; i < times; i++) {
                ((Mutex.Guard) value(mutex.lock().pollRaw(cx))).close();
            }
        });
        var semaphore = new Semaphore(3);
        measure("semaphore, uncontended", times -> {
            for (int i = 0; i < times; i++) {
                ((Semaphore.Permit) value(semaphore.acquire().pollRaw(cx))).close();
            }
        });
        var channel = Mpsc.<String>bounded(64);
        measure("mpsc, send and receive within capacity", times -> {
            for (int i = 0; i < times; i++) {
                var _ = channel.sender().send("x").pollRaw(cx);
                var _ = value(channel.receiver().receive().pollRaw(cx));
            }
        });
        measure("mpsc, send and pollReceive within capacity", times -> {
            for (int i = 0; i < times; i++) {
                var _ = channel.sender().send("x").pollRaw(cx);
                var _ = channel.receiver().pollReceive(cx);
            }
        });
        measure("mpsc of 64, four senders and one receiver as tasks", times -> passThrough(4, 64, times));
        measure("mpsc of 64, one sender and one receiver as tasks", times -> passThrough(1, 64, times));
        measure("mpsc of 1, one sender and one receiver as tasks", times -> passThrough(1, 1, times));
    }

    private static Object value(@Nullable Object polled) {
        if (polled == null || polled == Future.PENDING) {
            throw new AssertionError("not ready");
        }
        return polled;
    }

    private static void measure(String what, Operation operation) throws Exception {
        var nanos = new ArrayList<Double>();
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            operation.run(OPERATIONS);
            nanos.add((System.nanoTime() - begin) / (double) OPERATIONS);
        }
        nanos.sort(null);
        System.out.printf(
                Locale.ROOT, "%-52s %6.1f least, %6.1f median%n", what, nanos.getFirst(), nanos.get(ROUNDS / 2));
    }

    /// A task of this little executor.
    private abstract static class Job implements Waker {
        private final ArrayDeque<Job> ready;
        private final Context cx = Context.of(this);
        private boolean queued;

        @Nullable
        Future<?> awaited;

        Job(ArrayDeque<Job> ready) {
            this.ready = ready;
            wake();
        }

        @Override
        public final void wake() {
            if (!queued) {
                queued = true;
                ready.add(this);
            }
        }

        final void run() throws Exception {
            queued = false;
            for (int budget = 128; budget > 0; budget--) {
                Future<?> future = awaited;
                if (future == null) {
                    future = next();
                    if (future == null) {
                        return;
                    }
                    awaited = future;
                }
                if (future.pollRaw(cx) == Future.PENDING) {
                    return;
                }
                awaited = null;
            }
            wake();
        }

        abstract @Nullable Future<?> next();
    }

    private static void passThrough(int senders, int capacity, int times) throws Exception {
        var channel = Mpsc.<String>bounded(capacity);
        var ready = new ArrayDeque<Job>();
        for (int i = 0; i < senders; i++) {
            new Job(ready) {
                private int left = times / senders;

                @Override
                @Nullable
                Future<?> next() {
                    return left-- > 0 ? channel.sender().send("x") : null;
                }
            };
        }
        new Job(ready) {
            private int left = times / senders * senders;

            @Override
            @Nullable
            Future<?> next() {
                return left-- > 0 ? channel.receiver().receive() : null;
            }
        };
        for (Job job = ready.poll(); job != null; job = ready.poll()) {
            job.run();
        }
    }
}
