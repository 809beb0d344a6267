// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.sync.Linearizability.Entry;
import dev.wakeful.sync.Linearizability.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A primitive beside what it should be: operations, each with what a sequential object does.
///
/// @param <S> the states of the sequential object
abstract class LinearSubject<S> {
    /// One operation, about to be called.
    ///
    /// @param name what it is
    /// @param run does it; a [Future] is polled until it is complete
    /// @param step what it should do
    record Operation<S>(String name, Callable<@Nullable Object> run, Step<S> step) {}

    /// What one thread holds and can give back.
    record Held<S>(String name, Runnable giveBack, Step<S> step) {}

    /// The state that a new one is in.
    abstract S initial();

    /// The next operation of a thread.
    ///
    /// @param random draws it
    /// @param held what this thread holds, where the operation puts what it gets
    /// @param number differs in each operation
    abstract Operation<S> next(SplittableRandom random, List<Held<S>> held, int number);

    /// As [#next], for schedules of one thread in which operations that wait overlap with others.
    Operation<S> nextWaiting(SplittableRandom random, List<Held<S>> held, int number) {
        return next(random, held, number);
    }

    static <S> @Nullable Operation<S> giveBack(SplittableRandom random, List<Held<S>> held) {
        if (held.isEmpty() || random.nextInt(2) == 0) {
            return null;
        }
        Held<S> back = held.remove(random.nextInt(held.size()));
        return new Operation<>(
                back.name,
                () -> {
                    back.giveBack.run();
                    return null;
                },
                back.step);
    }

    /// `closed` instead of a [ClosedException].
    static @Nullable Object orClosed(Callable<@Nullable Object> run) throws Exception {
        try {
            return run.call();
        } catch (ClosedException e) {
            return "closed";
        }
    }

    static final class OfMutex extends LinearSubject<Boolean> {
        private final Mutex mutex = new Mutex();

        @Override
        Boolean initial() {
            return false;
        }

        private static @Nullable Boolean locked(boolean before, @Nullable Object result) {
            return result == Entry.UNKNOWN || Boolean.TRUE.equals(result)
                    ? (before ? null : Boolean.TRUE)
                    : before ? true : null;
        }

        private boolean hold(Mutex.@Nullable Guard guard, List<Held<Boolean>> held) {
            if (guard != null) {
                held.add(new Held<>("unlock", guard::close, (locked, _) -> locked ? false : null));
            }
            return guard != null;
        }

        @Override
        Operation<Boolean> next(SplittableRandom random, List<Held<Boolean>> held, int number) {
            Operation<Boolean> back = giveBack(random, held);
            if (back != null) {
                return back;
            }
            return random.nextInt(3) == 0
                    ? new Operation<>(
                            "isLocked", mutex::isLocked, (locked, is) -> Linearizability.same(locked, locked, is))
                    : new Operation<>("tryLock", () -> hold(mutex.tryLock(), held), OfMutex::locked);
        }

        @Override
        Operation<Boolean> nextWaiting(SplittableRandom random, List<Held<Boolean>> held, int number) {
            return random.nextInt(3) == 0
                    ? new Operation<>("lock", () -> mutex.lock().map(guard -> hold(guard, held)), OfMutex::locked)
                    : next(random, held, number);
        }
    }

    static final class OfSemaphore extends LinearSubject<OfSemaphore.State> {
        record State(long available, boolean closed) {}

        private final Semaphore semaphore = new Semaphore(2);

        @Override
        State initial() {
            return new State(2, false);
        }

        private boolean hold(Semaphore.@Nullable Permit permit, int permits, List<Held<State>> held) {
            if (permit != null) {
                held.add(new Held<>(
                        "release " + permits,
                        permit::close,
                        (state, _) -> new State(state.available + permits, state.closed)));
            }
            return permit != null;
        }

        private static @Nullable State acquired(State state, int permits, @Nullable Object result) {
            if (state.closed) {
                return Linearizability.same(state, "closed", result);
            }
            boolean possible = state.available >= permits;
            if (result == Entry.UNKNOWN || Boolean.TRUE.equals(result)) {
                return possible ? new State(state.available - permits, false) : null;
            }
            return Linearizability.same(state, possible, result);
        }

        @Override
        Operation<State> next(SplittableRandom random, List<Held<State>> held, int number) {
            Operation<State> back = giveBack(random, held);
            if (back != null) {
                return back;
            }
            int permits = 1 + random.nextInt(2);
            return switch (random.nextInt(12)) {
                case 0, 1 ->
                    new Operation<>(
                            "availablePermits",
                            semaphore::availablePermits,
                            (state, count) -> Linearizability.same(state, state.available, count));
                case 2 ->
                    new Operation<>(
                            "close",
                            () -> {
                                semaphore.close();
                                return null;
                            },
                            (state, _) -> new State(state.available, true));
                case 3 ->
                    new Operation<>(
                            "forgetPermits 1",
                            () -> semaphore.forgetPermits(1),
                            (state, count) -> Linearizability.same(
                                    new State(Math.max(0, state.available - 1), state.closed),
                                    (int) Math.min(1, state.available),
                                    count));
                case 4 ->
                    new Operation<>(
                            "addPermits 1",
                            () -> {
                                semaphore.addPermits(1);
                                return null;
                            },
                            (state, _) -> new State(state.available + 1, state.closed));
                default ->
                    new Operation<>(
                            "tryAcquire " + permits,
                            () -> orClosed(() -> hold(semaphore.tryAcquire(permits), permits, held)),
                            (state, result) -> acquired(state, permits, result));
            };
        }

        @Override
        Operation<State> nextWaiting(SplittableRandom random, List<Held<State>> held, int number) {
            return random.nextInt(3) == 0
                    ? new Operation<>(
                            "acquire",
                            () -> semaphore.acquire().map(permit -> hold(permit, 1, held)),
                            (state, result) -> acquired(state, 1, result))
                    : next(random, held, number);
        }
    }

    static final class OfRwLock extends LinearSubject<OfRwLock.State> {
        record State(int readers, boolean upgradable, boolean writing) {
            @Nullable
            State read() {
                return writing ? null : new State(readers + 1, upgradable, false);
            }

            @Nullable
            State upgradably() {
                return writing || upgradable ? null : new State(readers, true, false);
            }

            @Nullable
            State write() {
                return writing || upgradable || readers > 0 ? null : new State(0, false, true);
            }
        }

        private final RwLock lock = new RwLock();

        @Override
        State initial() {
            return new State(0, false, false);
        }

        private static State noReader(State state) {
            return new State(state.readers - 1, state.upgradable, state.writing);
        }

        private static @Nullable State attempt(State state, @Nullable State after, @Nullable Object result) {
            return after == null
                    ? Linearizability.same(state, false, result)
                    : Linearizability.same(after, true, result);
        }

        private boolean read(RwLock.@Nullable ReadGuard guard, List<Held<State>> held) {
            if (guard != null) {
                held.add(new Held<>("close read", guard::close, (state, _) -> noReader(state)));
            }
            return guard != null;
        }

        private boolean write(RwLock.@Nullable WriteGuard guard, List<Held<State>> held, boolean downgrade) {
            if (guard != null && downgrade) {
                held.add(new Held<>(
                        "downgrade", () -> read(guard.downgrade(), held), (state, _) -> new State(1, false, false)));
            } else if (guard != null) {
                held.add(new Held<>("close write", guard::close, (state, _) -> new State(0, false, false)));
            }
            return guard != null;
        }

        private boolean upgradable(RwLock.@Nullable UpgradableGuard guard, List<Held<State>> held) {
            if (guard != null) {
                held.add(new Held<>(
                        "close upgradable",
                        guard::close,
                        (state, _) -> new State(state.readers, false, state.writing)));
            }
            return guard != null;
        }

        @Override
        Operation<State> next(SplittableRandom random, List<Held<State>> held, int number) {
            Operation<State> back = giveBack(random, held);
            if (back != null) {
                return back;
            }
            boolean downgrade = random.nextInt(2) == 0;
            return switch (random.nextInt(8)) {
                case 0 ->
                    new Operation<>(
                            "readers",
                            lock::readers,
                            (state, count) ->
                                    Linearizability.same(state, state.readers + (state.upgradable ? 1 : 0), count));
                case 1 ->
                    new Operation<>(
                            "isWriting",
                            lock::isWriting,
                            (state, is) -> Linearizability.same(state, state.writing, is));
                case 2, 3 ->
                    new Operation<>(
                            "tryWrite",
                            () -> write(lock.tryWrite(), held, downgrade),
                            (state, got) -> attempt(state, state.write(), got));
                case 4 ->
                    new Operation<>(
                            "tryUpgradable",
                            () -> upgradable(lock.tryUpgradable(), held),
                            (state, got) -> attempt(state, state.upgradably(), got));
                default ->
                    new Operation<>(
                            "tryRead",
                            () -> read(lock.tryRead(), held),
                            (state, got) -> attempt(state, state.read(), got));
            };
        }
    }

    static class OfChannel extends LinearSubject<OfChannel.State> {
        record State(List<Integer> queued, boolean closed) {
            State with(int value) {
                var more = new ArrayList<>(queued);
                more.add(value);
                return new State(more, closed);
            }

            State less() {
                return new State(queued.subList(1, queued.size()), closed);
            }
        }

        private static final int CAPACITY = 2;

        private final Mpmc<Integer> channel = Mpmc.bounded(CAPACITY);
        private final Mpmc<Integer> unbounded = Mpmc.unbounded();
        private final Receiver<Integer> receiver = channel.receiver();
        private final Receiver<Integer> waiting = unbounded.receiver();

        @Override
        State initial() {
            return new State(List.of(), false);
        }

        private static @Nullable State received(State state, @Nullable Object result) {
            if (state.queued.isEmpty()) {
                return state.closed
                        ? Linearizability.same(state, "closed", result)
                        : Linearizability.same(state, null, result);
            }
            return Linearizability.same(state.less(), state.queued.getFirst(), result);
        }

        @Override
        Operation<State> next(SplittableRandom random, List<Held<State>> held, int number) {
            return switch (random.nextInt(12)) {
                case 0 ->
                    new Operation<>(
                            "size",
                            receiver::size,
                            (state, size) -> Linearizability.same(state, state.queued.size(), size));
                case 1 ->
                    new Operation<>(
                            "freeSlots",
                            channel.sender()::freeSlots,
                            (state, free) -> Linearizability.same(state, CAPACITY - state.queued.size(), free));
                case 2 ->
                    new Operation<>(
                            "closeIntake",
                            () -> {
                                receiver.closeIntake();
                                return null;
                            },
                            (state, _) -> new State(state.queued, true));
                case 3, 4, 5, 6, 7 ->
                    new Operation<>(
                            "trySend " + number,
                            () -> orClosed(() -> channel.sender().trySend(number)),
                            (state, sent) -> state.closed
                                    ? Linearizability.same(state, "closed", sent)
                                    : state.queued.size() == CAPACITY
                                            ? Linearizability.same(state, false, sent)
                                            : Linearizability.same(state.with(number), true, sent));
                default -> new Operation<>("tryReceive", () -> orClosed(receiver::tryReceive), OfChannel::received);
            };
        }

        /// Receives that wait go before those that do not: a value that is promised is queued, and tryReceive leaves
        /// it. So sizes and attempts are left out.
        @Override
        Operation<State> nextWaiting(SplittableRandom random, List<Held<State>> held, int number) {
            return random.nextInt(2) == 0
                    ? new Operation<>(
                            "receive",
                            waiting::receive,
                            (state, result) -> state.queued.isEmpty() ? null : received(state, result))
                    : new Operation<>(
                            "trySend " + number,
                            () -> unbounded.sender().trySend(number),
                            (state, sent) -> Linearizability.same(state.with(number), true, sent));
        }
    }

    static final class OfOneshot extends LinearSubject<OfOneshot.State> {
        record State(int value, boolean sent, boolean gone) {}

        private final Oneshot<Integer> channel = Oneshot.create();

        @Override
        State initial() {
            return new State(0, false, false);
        }

        private static @Nullable State sent(State state, int value, @Nullable Object result) {
            if (state.sent) {
                return Linearizability.same(state, "again", result);
            }
            return state.gone
                    ? Linearizability.same(state, "closed", result)
                    : Linearizability.same(new State(value, true, false), "sent", result);
        }

        private static @Nullable State received(State state, @Nullable Object result) {
            if (!state.sent) {
                return Linearizability.same(state, null, result);
            }
            return state.gone
                    ? Linearizability.same(state, "again", result)
                    : Linearizability.same(new State(0, true, true), state.value, result);
        }

        private static @Nullable Object orAgain(Callable<@Nullable Object> run) throws Exception {
            try {
                return orClosed(run);
            } catch (IllegalStateException e) {
                return "again";
            }
        }

        @Override
        Operation<State> next(SplittableRandom random, List<Held<State>> held, int number) {
            return switch (random.nextInt(8)) {
                case 0 ->
                    new Operation<>(
                            "close",
                            () -> {
                                channel.receiver().close();
                                return null;
                            },
                            (state, _) -> new State(0, state.sent, true));
                case 1 ->
                    new Operation<>(
                            "isClosed",
                            channel.sender()::isClosed,
                            (state, is) -> Linearizability.same(state, state.gone, is));
                case 2, 3, 4 ->
                    new Operation<>(
                            "send " + number,
                            () -> orAgain(() -> {
                                channel.sender().send(number);
                                return "sent";
                            }),
                            (state, result) -> sent(state, number, result));
                default ->
                    new Operation<>("tryReceive", () -> orAgain(channel.receiver()::tryReceive), OfOneshot::received);
            };
        }
    }

    static final class OfWatch extends LinearSubject<Integer> {
        private final Watch<Integer> watch = Watch.of(0);
        private final WatchReceiver<Integer> follower = watch.subscribe();

        @Override
        Integer initial() {
            return 0;
        }

        @Override
        Operation<Integer> next(SplittableRandom random, List<Held<Integer>> held, int number) {
            return switch (random.nextInt(4)) {
                case 0 ->
                    new Operation<>(
                            "send " + number,
                            () -> {
                                watch.send(number);
                                return null;
                            },
                            (_, _) -> number);
                case 1 ->
                    new Operation<>(
                            "update if even",
                            () -> watch.update(value -> value % 2 == 0 ? value + 1 : null),
                            (value, changed) -> value % 2 == 0
                                    ? Linearizability.same(value + 1, true, changed)
                                    : Linearizability.same(value, false, changed));
                default ->
                    new Operation<>(
                            "value", follower::value, (value, seen) -> Linearizability.same(value, value, seen));
            };
        }
    }

    /// A latch counts down, and a wait is over only at zero.
    static final class OfLatch extends LinearSubject<Long> {
        private final CountDownLatch latch = new CountDownLatch(3);

        @Override
        Long initial() {
            return 3L;
        }

        @Override
        Operation<Long> next(SplittableRandom random, List<Held<Long>> held, int number) {
            return random.nextInt(2) == 0
                    ? new Operation<>(
                            "countDown",
                            () -> {
                                latch.countDown();
                                return null;
                            },
                            (count, _) -> Math.max(0, count - 1))
                    : new Operation<>("count", latch::count, (count, seen) -> Linearizability.same(count, count, seen));
        }

        @Override
        Operation<Long> nextWaiting(SplittableRandom random, List<Held<Long>> held, int number) {
            return random.nextInt(3) == 0
                    ? new Operation<>("zero", latch::zero, (count, _) -> count == 0 ? count : null)
                    : next(random, held, number);
        }
    }

    static final class OfOnce extends LinearSubject<Integer> {
        private final OnceCell<Integer> cell = new OnceCell<>();

        @Override
        Integer initial() {
            return 0;
        }

        @Override
        Operation<Integer> next(SplittableRandom random, List<Held<Integer>> held, int number) {
            return switch (random.nextInt(4)) {
                case 0 ->
                    new Operation<>("isSet", cell::isSet, (value, is) -> Linearizability.same(value, value != 0, is));
                case 1 ->
                    new Operation<>(
                            "peek",
                            cell::peek,
                            (value, seen) -> Linearizability.same(value, value == 0 ? null : value, seen));
                default ->
                    new Operation<>(
                            "getOrInit " + number,
                            () -> cell.getOrInitBlocking(() -> number),
                            (value, got) -> value == 0
                                    ? Linearizability.same(number, number, got)
                                    : Linearizability.same(value, value, got));
            };
        }
    }

    static final class OfSetOnce extends LinearSubject<Integer> {
        private final SetOnce<Integer> cell = new SetOnce<>();

        @Override
        Integer initial() {
            return 0;
        }

        @Override
        Operation<Integer> next(SplittableRandom random, List<Held<Integer>> held, int number) {
            return random.nextInt(2) == 0
                    ? new Operation<>(
                            "peek",
                            cell::peek,
                            (value, seen) -> Linearizability.same(value, value == 0 ? null : value, seen))
                    : new Operation<>(
                            "trySet " + number,
                            () -> cell.trySet(number),
                            (value, set) -> value == 0
                                    ? Linearizability.same(number, true, set)
                                    : Linearizability.same(value, false, set));
        }

        @Override
        Operation<Integer> nextWaiting(SplittableRandom random, List<Held<Integer>> held, int number) {
            return random.nextInt(3) == 0
                    ? new Operation<>(
                            "value",
                            cell::value,
                            (value, seen) -> value == 0 ? null : Linearizability.same(value, value, seen))
                    : next(random, held, number);
        }
    }

    /// A notification that is stored, one at most, or observed by one who waits.
    static final class OfNotify extends LinearSubject<Boolean> {
        private final Notify notify = new Notify();

        @Override
        Boolean initial() {
            return false;
        }

        @Override
        Operation<Boolean> next(SplittableRandom random, List<Held<Boolean>> held, int number) {
            return new Operation<>(
                    "notifyOne",
                    () -> {
                        notify.notifyOne();
                        return null;
                    },
                    (_, _) -> true);
        }

        @Override
        Operation<Boolean> nextWaiting(SplittableRandom random, List<Held<Boolean>> held, int number) {
            return random.nextInt(2) == 0
                    ? new Operation<>("notified", notify::notified, (stored, _) -> stored ? false : null)
                    : next(random, held, number);
        }
    }
}
