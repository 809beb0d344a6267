// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.wakeful.Future;
import dev.wakeful.sync.LinearSubject.Held;
import dev.wakeful.sync.LinearSubject.Operation;
import dev.wakeful.sync.Linearizability.Entry;
import dev.wakeful.sync.Linearizability.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Locks, channels and cells are linearizable: what threads see of them, and what operations see that wait while others
/// are done, is what they would see one after the other. `-Dwakeful.histories=1000000` is the long form.
class LinearizabilityTest {
    private static final int HISTORIES = Integer.getInteger("wakeful.histories", 1_000);
    private static final int THREADS = 3;
    private static final int CALLS = 5;

    /// A primitive, or one that is wrong.
    private record Subject(String name, Supplier<LinearSubject<?>> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Subject> primitives() {
        return Stream.of(
                new Subject("mutex", LinearSubject.OfMutex::new),
                new Subject("semaphore", LinearSubject.OfSemaphore::new),
                new Subject("read-write lock", LinearSubject.OfRwLock::new),
                new Subject("channel", LinearSubject.OfChannel::new),
                new Subject("oneshot", LinearSubject.OfOneshot::new),
                new Subject("watch", LinearSubject.OfWatch::new),
                new Subject("latch", LinearSubject.OfLatch::new),
                new Subject("once cell", LinearSubject.OfOnce::new),
                new Subject("set-once", LinearSubject.OfSetOnce::new),
                new Subject("notify", LinearSubject.OfNotify::new));
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void threadsSeeASequentialObject(Subject subject) throws Exception {
        String found = withThreads(subject.make, HISTORIES);
        if (found != null) {
            fail(found);
        }
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void whoWaitsSeesASequentialObject(Subject subject) throws Exception {
        Long single = Long.getLong("wakeful.seed");
        long from = single == null ? 0 : single;
        for (long seed = from; seed < (single == null ? HISTORIES * 10L : single + 1); seed++) {
            String found = inOneThread(subject.make.get(), new SplittableRandom(seed));
            if (found != null) {
                fail("run again with -Dwakeful.seed=" + seed + found);
            }
        }
    }

    /// Histories of threads that call at the same time.
    ///
    /// @return the first that cannot be put in order, or `null`
    private static @Nullable String withThreads(Supplier<LinearSubject<?>> make, int histories) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < histories; i++) {
                String found = oneWithThreads(threads, make.get(), i);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static <S> @Nullable String oneWithThreads(ExecutorService threads, LinearSubject<S> subject, long seed)
            throws Exception {
        var clock = new AtomicLong();
        var ready = new AtomicInteger();
        var done = new CountDownLatch(THREADS);
        var histories = new ArrayList<List<Entry<S>>>();
        var failure = new ArrayList<Throwable>();
        for (int i = 0; i < THREADS; i++) {
            var random = new SplittableRandom(seed * THREADS + i);
            var mine = new ArrayList<Entry<S>>();
            histories.add(mine);
            int first = 1 + i * CALLS;
            threads.execute(() -> {
                try {
                    ready.incrementAndGet();
                    for (int spins = 0; ready.get() < THREADS; spins++) {
                        Gate.pause(spins);
                    }
                    var held = new ArrayList<Held<S>>();
                    for (int call = 0; call < CALLS; call++) {
                        Operation<S> operation = subject.next(random, held, first + call);
                        long called = clock.getAndIncrement();
                        Object result = operation.run().call();
                        mine.add(new Entry<>(
                                operation.name(), operation.step(), called, clock.getAndIncrement(), result));
                    }
                } catch (Throwable e) {
                    failure.add(e);
                } finally {
                    done.countDown();
                }
            });
        }
        assertTrue(done.await(60, TimeUnit.SECONDS), "a call that does not wait has not returned");
        assertEquals(List.of(), failure);
        return found(subject, histories.stream().flatMap(List::stream).toList());
    }

    private static <S> @Nullable String found(LinearSubject<S> subject, List<Entry<S>> history) {
        return Linearizability.holds(subject.initial(), history)
                ? null
                : ": no sequential " + subject.getClass().getSimpleName() + " does this"
                        + Linearizability.text(history);
    }

    /// What waits, and when it began to.
    private record Waiting<S>(Operation<S> operation, Future<?> future, Hand hand, long called) {}

    /// Operations that wait, polled in any order while others come and go.
    private static <S> @Nullable String inOneThread(LinearSubject<S> subject, SplittableRandom random)
            throws Exception {
        var history = new ArrayList<Entry<S>>();
        var held = new ArrayList<Held<S>>();
        var waiting = new ArrayDeque<Waiting<S>>();
        for (int step = 0; step < 24; step++) {
            Waiting<S> next = null;
            if (!waiting.isEmpty() && random.nextInt(2) == 0) {
                next = waiting.poll();
            } else if (history.size() + waiting.size() < 14) {
                Operation<S> operation = subject.nextWaiting(random, held, 1 + step);
                Object result = operation.run().call();
                if (result instanceof Future<?> future) {
                    next = new Waiting<>(operation, future, new Hand("hand"), 2L * step);
                } else {
                    history.add(new Entry<>(operation.name(), operation.step(), 2L * step, 2L * step + 1, result));
                }
            }
            if (next != null) {
                Future<?> future = next.future;
                Hand hand = next.hand;
                Object value = LinearSubject.orClosed(() -> future.pollRaw(hand));
                if (value == Future.PENDING) {
                    waiting.add(next);
                } else {
                    history.add(new Entry<>(
                            next.operation.name(), next.operation.step(), next.called, 2L * step + 1, value));
                }
            }
        }
        for (Waiting<S> left : waiting) {
            history.add(new Entry<>(
                    left.operation.name(), left.operation.step(), left.called, Long.MAX_VALUE, Entry.UNKNOWN));
        }
        return found(subject, history);
    }

    // ------------------------------------------------------------------------------------ what must be found

    /// Looks and then writes, so that two may take what is there once.
    private static final class Torn extends LinearSubject<Integer> {
        private final int wrong;
        private volatile int value;

        Torn(int wrong) {
            this.wrong = wrong;
        }

        @Override
        Integer initial() {
            return 0;
        }

        private boolean trySet(int next) {
            if (value != 0) {
                return false;
            }
            Thread.yield();
            value = next;
            return true;
        }

        private synchronized int add() {
            int before = value;
            value = before + 2;
            Thread.yield();
            value = before + 1; // somebody may have looked in between
            return before;
        }

        @Override
        Operation<Integer> next(SplittableRandom random, List<Held<Integer>> held, int number) {
            if (random.nextInt(2) == 0) {
                return new Operation<>("value", () -> value, (state, seen) -> Linearizability.same(state, state, seen));
            }
            return wrong == 0
                    ? new Operation<>(
                            "trySet " + number,
                            () -> trySet(number),
                            (state, set) -> state == 0
                                    ? Linearizability.same(number, true, set)
                                    : Linearizability.same(state, false, set))
                    : new Operation<>(
                            "add", this::add, (state, before) -> Linearizability.same(state + 1, state, before));
        }
    }

    /// A channel that says it is closed before it has given its last value.
    private static final class EndsEarly extends LinearSubject.OfChannel {
        @Override
        Operation<State> next(SplittableRandom random, List<Held<State>> held, int number) {
            Operation<State> right = super.next(random, held, number);
            return new Operation<>(
                    right.name(),
                    () -> {
                        Object result = right.run().call();
                        return right.name().equals("tryReceive") && number % 5 == 0 ? "closed" : result;
                    },
                    right.step());
        }
    }

    @Test
    void valueThatIsSetTwiceIsFound() throws Exception {
        assertTrue(withThreads(() -> new Torn(0), 20_000) != null);
    }

    @Test
    void stateInTheMidstOfAnOperationIsFound() throws Exception {
        assertTrue(withThreads(() -> new Torn(1), 20_000) != null);
    }

    @Test
    void endThatComesEarlyIsFound() throws Exception {
        assertTrue(withThreads(EndsEarly::new, 1_000) != null);
    }

    private static Entry<Integer> write(int value, long called, long returned) {
        return new Entry<>("write " + value, (_, _) -> value, called, returned, null);
    }

    private static Entry<Integer> read(int value, long called, long returned) {
        Step<Integer> step = (state, seen) -> Linearizability.same(state, state, seen);
        return new Entry<>("read", step, called, returned, value);
    }

    @Test
    void operationsThatOverlapMayTakeEffectInEitherOrder() {
        assertTrue(Linearizability.holds(0, List.of(write(1, 0, 5), read(1, 1, 2), read(1, 3, 4))));
        assertTrue(Linearizability.holds(0, List.of(write(1, 0, 5), read(0, 1, 2), read(1, 3, 4))));
        assertFalse(Linearizability.holds(0, List.of(write(1, 0, 5), read(1, 1, 2), read(0, 3, 4))), "back in time");
        assertFalse(Linearizability.holds(0, List.of(write(1, 0, 1), read(0, 2, 3))), "it had returned");
    }

    @Test
    void operationThatHasNotReturnedMayHaveTakenEffect() {
        assertTrue(Linearizability.holds(0, List.of(write(1, 0, Long.MAX_VALUE), read(1, 1, 2))));
        assertTrue(Linearizability.holds(0, List.of(write(1, 0, Long.MAX_VALUE), read(0, 1, 2))));
        assertFalse(Linearizability.holds(0, List.of(write(1, 3, Long.MAX_VALUE), read(1, 1, 2))), "not called yet");
    }
}
