// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A crowd of virtual threads. Locks and semaphores are fair, as those of the others are.
final class CrowdOfThreads {
    private static final Duration HOUR = Duration.ofHours(1);

    private CrowdOfThreads() {}

    /// What is done by a thread, and may be interrupted.
    private interface Work {
        void run() throws Exception;
    }

    /// What `tasks` threads do at once.
    static void of(String does, int tasks) throws Exception {
        switch (does) {
            case "yield" -> join(all(tasks, () -> repeat(Thread::yield)));
            case "chain" -> join(all(tasks, () -> repeat(() -> chain(Crowd.DEPTH))));
            case "timeout" -> join(all(tasks, () -> repeat(CrowdOfThreads::limited)));
            case "mutex" -> {
                var lock = new ReentrantLock(true);
                join(all(tasks, () -> repeat(() -> locked(lock))));
            }
            case "semaphore" -> {
                var semaphore = new Semaphore(Crowd.PERMITS, true);
                join(all(tasks, () -> repeat(() -> permitted(semaphore))));
            }
            case "ping-pong" -> {
                var threads = new ArrayList<Thread>(tasks);
                for (int pair = 0; pair < tasks / 2; pair++) {
                    var ping = new ArrayBlockingQueue<Integer>(1);
                    var pong = new ArrayBlockingQueue<Integer>(1);
                    threads.add(start(() -> repeat(() -> {
                        ping.put(1);
                        pong.take();
                    })));
                    threads.add(start(() -> repeat(() -> pong.put(ping.take()))));
                }
                join(threads);
            }
            case "channel" -> {
                BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(Crowd.CAPACITY);
                List<Thread> senders = all(tasks, () -> repeat(() -> queue.put(1)));
                for (int i = 0; i < tasks * Crowd.TIMES; i++) {
                    queue.take();
                }
                join(senders);
            }
            case "sleep-cancel" -> {
                List<Thread> sleepers = all(tasks, CrowdOfThreads::sleep);
                Thread.yield();
                sleepers.forEach(Thread::interrupt);
                join(sleepers);
            }
            default -> throw Crowd.unknown(does);
        }
    }

    private static List<Thread> all(int tasks, Work work) {
        var threads = new ArrayList<Thread>(tasks);
        for (int i = 0; i < tasks; i++) {
            threads.add(start(work));
        }
        return threads;
    }

    private static Thread start(Work work) {
        return Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void repeat(Work work) throws Exception {
        for (int i = 0; i < Crowd.TIMES; i++) {
            work.run();
        }
    }

    private static int chain(int depth) {
        if (depth == 0) {
            Thread.yield();
            return 0;
        }
        return chain(depth - 1) + 1;
    }

    private static void limited() throws Exception {
        var task = new FutureTask<>(Thread::yield, 1);
        Thread.ofVirtual().start(task);
        task.get(1, TimeUnit.HOURS);
    }

    private static void locked(ReentrantLock lock) {
        lock.lock();
        try {
            Thread.yield();
        } finally {
            lock.unlock();
        }
    }

    private static void permitted(Semaphore semaphore) throws InterruptedException {
        semaphore.acquire();
        try {
            Thread.yield();
        } finally {
            semaphore.release();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(HOUR);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // cancelled
        }
    }
}
