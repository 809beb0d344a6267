// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Future;
import java.util.List;
import java.util.function.Supplier;

/// What an asynchronous lock must keep: one holder at a time, first come first served, and nothing lost when somebody
/// gives up.
///
/// ```java
/// @TestFactory
/// Stream<DynamicTest> isALock() {
///     return LockContract.of(() -> new Mutex()::lock).tests();
/// }
/// ```
public final class LockContract {
    private static final long SEEDS = 200;

    private LockContract() {}

    /// A lock that nobody holds.
    @FunctionalInterface
    public interface Subject {
        /// Waits for the lock.
        ///
        /// @return a future of the guard; closing it lets the next one in
        Future<? extends AutoCloseable> lock();
    }

    /// The suite over locks of `fresh`.
    ///
    /// @param fresh makes a lock for each rule
    /// @return the suite
    public static Conformance<Subject> of(Supplier<? extends Subject> fresh) {
        return new Conformance<>(
                fresh,
                List.of(
                        rule("FREE", "a lock that is free is taken at once", LockContract::free),
                        rule("LAZY", "making the future takes no place in the queue", LockContract::lazy),
                        rule("EXCLUSIVE", "a second one waits until the first lets go", LockContract::exclusive),
                        rule("FIFO", "those who wait are served in the order in which they came", LockContract::fifo),
                        rule("SPURIOUS", "a spurious poll keeps the place", LockContract::spurious),
                        rule("CANCEL_WAITING", "one who gives up is passed over", LockContract::cancelWaiting),
                        rule(
                                "CANCEL_GRANTED",
                                "one who gives up after the lock was passed to it passes it on",
                                LockContract::cancelGranted),
                        rule("CLOSE_TWICE", "a guard lets go once, however often it is closed", LockContract::twice),
                        rule(
                                "SCHEDULES",
                                "in any order of tasks and cancels one holds it at a time",
                                LockContract::seeds)));
    }

    private static Conformance.Rule<Subject> rule(String name, String sentence, Conformance.Check<Subject> check) {
        return new Conformance.Rule<>(name, sentence, check);
    }

    private static PollProbe<? extends AutoCloseable> waiting(Subject lock) throws Exception {
        PollProbe<? extends AutoCloseable> probe = PollProbe.of(lock.lock());
        probe.assertPending();
        return probe;
    }

    private static AutoCloseable taken(Subject lock) throws Exception {
        return PollProbe.of(lock.lock()).assertReady();
    }

    private static void free(Subject lock) throws Exception {
        taken(lock).close();
        taken(lock).close();
    }

    private static void lazy(Subject lock) throws Exception {
        lock.lock();
        taken(lock).close();
    }

    private static void exclusive(Subject lock) throws Exception {
        AutoCloseable first = taken(lock);
        var second = waiting(lock).assertNotWoken();
        first.close();
        second.assertWoken(1).assertReady().close();
    }

    private static void fifo(Subject lock) throws Exception {
        AutoCloseable holder = taken(lock);
        var first = waiting(lock);
        var second = waiting(lock);
        var third = waiting(lock);
        holder.close();
        for (var next : List.of(first, second, third)) {
            next.assertWoken(1).assertReady().close();
        }
    }

    private static void spurious(Subject lock) throws Exception {
        AutoCloseable holder = taken(lock);
        var first = waiting(lock);
        var second = waiting(lock);
        first.assertPending();
        holder.close();
        second.assertNotWoken();
        first.assertWoken(1).assertReady().close();
        second.assertReady().close();
    }

    private static void cancelWaiting(Subject lock) throws Exception {
        AutoCloseable holder = taken(lock);
        var first = waiting(lock);
        var second = waiting(lock);
        first.assertCancelledCleanly();
        holder.close();
        second.assertWoken(1).assertReady().close();
    }

    private static void cancelGranted(Subject lock) throws Exception {
        AutoCloseable holder = taken(lock);
        var first = waiting(lock);
        var second = waiting(lock);
        holder.close();
        first.assertCancelledCleanly();
        second.assertWoken(1).assertReady().close();
        taken(lock).close();
    }

    private static void twice(Subject lock) throws Exception {
        AutoCloseable first = taken(lock);
        first.close();
        AutoCloseable second = taken(lock);
        first.close();
        waiting(lock).assertCancelledCleanly();
        second.close();
    }

    private static void seeds(Subject lock) throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            new Crowd(lock, seed).run();
        }
        taken(lock).close();
    }

    /// Tasks that take the lock, hold it over a yield, and let go; some of them are cancelled.
    private static final class Crowd {
        private static final int TASKS = 4;

        private final Subject lock;
        private final long seed;
        private int holders;

        Crowd(Subject lock, long seed) {
            this.lock = lock;
            this.seed = seed;
        }

        void run() {
            try (var runtime =
                    TestRuntime.builder().seed(seed).withoutWatchingPolls().build()) {
                for (int i = 0; i < TASKS; i++) {
                    var handle = runtime.spawn(Scripts.holding(lock::lock, this::enter, () -> holders--));
                    if (runtime.random().nextInt(3) == 0) {
                        int steps = runtime.random().nextInt(4);
                        for (int step = 0; step < steps; step++) {
                            runtime.step();
                        }
                        handle.abort("one of those that give up");
                    }
                }
                runtime.runUntilIdle();
            }
        }

        private void enter() {
            holders++;
            Conformance.require(holders == 1, holders + " hold the lock at once, with seed " + seed);
        }
    }
}
